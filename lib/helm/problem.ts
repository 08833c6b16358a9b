import { TruekeelError } from '../objects/index.ts';

type ChartErrorCode =
  | 'CHART_CHANGED'
  | 'CHART_DEPENDENCIES'
  | 'CHART_FAILED'
  | 'CHART_FETCHES'
  | 'CHART_LOCK_MISSING'
  | 'CHART_MISSING'
  | 'CHART_NOT_LOCKED'
  | 'CHART_OUTPUT'
  | 'HELM_FAILED'
  | 'HELM_NOT_FOUND'
  | 'HELM_TIMEOUT'
  | 'HELM_TOO_MUCH_OUTPUT'
  | 'HELM_VERSION'
  | 'INVALID_CHART_LOCK';

/** Why a chart is not rendered. */
export class ChartProblem extends TruekeelError {
  constructor(code: ChartErrorCode, message: string, hint: string) {
    super(message, { code, family: 'validation', hint });
  }
}
