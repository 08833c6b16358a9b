/** tekton.dev ("Monitoring execution status"): Succeeded is Unknown while it runs. */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { has, is, isNot, NO_STATUS, READY } from '../words.ts';

const RUN: KindRule = {
  paused: [has('spec.status', 'PipelineRunPending')],
  failed: [isNot('Succeeded')],
  current: [is('Succeeded')],
  otherwise: 'InProgress',
};

export const tekton: KindRules = {
  'PipelineRun.tekton.dev': RUN,
  'TaskRun.tekton.dev': RUN,
  'CustomRun.tekton.dev': RUN,
  'Pipeline.tekton.dev': NO_STATUS,
  'Task.tekton.dev': NO_STATUS,
  'EventListener.triggers.tekton.dev': { current: [is('Available'), is('Ready')], otherwise: 'InProgress' },
  'TektonConfig.operator.tekton.dev': READY,
};
