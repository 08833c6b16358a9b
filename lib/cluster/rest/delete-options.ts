/** DeleteOptions from a body or the query. */
import { parseBody } from '../http/body.ts';
import type { ApiRequest } from '../http/exchange.ts';
import { badRequest } from '../status.ts';
import type { DeleteOptions } from '../writes/delete.ts';
import { isDryRun } from './write-context.ts';

interface DeleteOptionsBody {
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

const POLICIES = ['Background', 'Foreground', 'Orphan'];

/** @throws ApiError 400 */
export function readDeleteOptions(request: ApiRequest): DeleteOptions {
  const { query } = request;
  const body = (
    request.body.length > 0 ? parseBody(request.body, request.headers['content-type']).value : {}
  ) as DeleteOptionsBody; // members are checked below or compared with strings
  const propagationPolicy = body.propagationPolicy ?? query.get('propagationPolicy') ?? orphaning(body);
  if (propagationPolicy !== undefined && !POLICIES.includes(propagationPolicy)) {
    throw badRequest(
      `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: ${JSON.stringify(propagationPolicy)}: supported values: ${POLICIES.map((policy) => JSON.stringify(policy)).join(', ')}`,
    );
  }
  const gracePeriod = body.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined;
  return {
    ...(body.preconditions?.uid !== undefined && { uid: body.preconditions.uid }),
    ...(body.preconditions?.resourceVersion !== undefined && {
      resourceVersion: body.preconditions.resourceVersion,
    }),
    ...(propagationPolicy !== undefined && { propagationPolicy }),
    ...(gracePeriod !== undefined && { gracePeriodSeconds: Number(gracePeriod) }),
    dryRun: isDryRun([...(body.dryRun ?? []), ...query.getAll('dryRun')]),
  };
}

function orphaning(body: DeleteOptionsBody): string | undefined {
  if (body.orphanDependents === undefined) return undefined;
  return body.orphanDependents ? 'Orphan' : 'Background';
}
