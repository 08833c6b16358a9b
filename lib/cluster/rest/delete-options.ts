/** DeleteOptions from a body or the query. */
import { invalidValue } from '../../kinds/index.ts';
import { parseBody } from '../http/body.ts';
import type { ApiRequest } from '../http/exchange.ts';
import { type FieldError, invalid } from '../status.ts';
import type { DeleteOptions } from '../writes/delete.ts';
import { isDryRun } from './write-context.ts';

interface DeleteOptionsBody {
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

const POLICIES = ['Foreground', 'Background', 'Orphan'];

/** @throws ApiError 422 */
export function readDeleteOptions(request: ApiRequest): DeleteOptions {
  const { query } = request;
  const body = (
    request.body.length > 0 ? parseBody(request.body, request.headers['content-type']).value : {}
  ) as DeleteOptionsBody; // members are checked below or compared with strings
  const propagationPolicy = body.propagationPolicy ?? query.get('propagationPolicy') ?? orphaning(body);
  const errors = policyErrors(propagationPolicy, body.orphanDependents);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  const gracePeriod = body.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined;
  return {
    ...(body.preconditions?.uid !== undefined && { uid: body.preconditions.uid }),
    ...(body.preconditions?.resourceVersion !== undefined && {
      resourceVersion: body.preconditions.resourceVersion,
    }),
    ...(propagationPolicy !== undefined && { propagationPolicy }),
    ...(gracePeriod !== undefined && { gracePeriodSeconds: Number(gracePeriod) }),
    dryRun: isDryRun([...(body.dryRun ?? []), ...query.getAll('dryRun')], 'DeleteOptions'),
  };
}

function policyErrors(policy: string | undefined, orphanDependents: boolean | undefined): FieldError[] {
  const field = 'propagationPolicy';
  if (policy !== undefined && !POLICIES.includes(policy)) {
    const supported = [...POLICIES, 'nil'].map((one) => JSON.stringify(one)).join(', ');
    const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: ${supported}`;
    return [{ type: 'FieldValueNotSupported', field, message }];
  }
  return policy !== undefined && orphanDependents !== undefined
    ? [invalidValue(field, policy, 'orphanDependents and deletionPropagation cannot be both set')]
    : [];
}

function orphaning(body: DeleteOptionsBody): string | undefined {
  if (body.orphanDependents === undefined) return undefined;
  return body.orphanDependents ? 'Orphan' : 'Background';
}
