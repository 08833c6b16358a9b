/** Query parameters of writes. */
import type { ApiRequest, Reply } from '../http/exchange.ts';
import { invalid } from '../status.ts';
import type { WriteContext } from '../writes/context.ts';

/** What the parameters of a request are called, by its method. */
const OPTIONS: Readonly<Record<string, string>> = { PATCH: 'PatchOptions', PUT: 'UpdateOptions' };

const MANAGER_LIMIT = 128;

/** @throws ApiError 422 for values that are none of the allowed ones */
export function writeContext(
  request: ApiRequest,
  reply: Reply,
  subresource: WriteContext['subresource'],
): WriteContext {
  const { query } = request;
  const kind = OPTIONS[request.method] ?? 'CreateOptions';
  return {
    manager: fieldManager(request, kind),
    dryRun: isDryRun(query.getAll('dryRun'), kind),
    subresource,
    fieldValidation: fieldValidation(query.get('fieldValidation'), kind),
    warn: (text) => warn(reply, text),
  };
}

/** As a Warning header (RFC 7234), the way kubectl reads it. */
function warn(reply: Reply, text: string): void {
  reply.header('warning', `299 - ${JSON.stringify(text)}`);
}

function fieldManager({ query, headers }: ApiRequest, kind: string): string {
  const given = query.get('fieldManager');
  if (given) {
    if (given.length <= MANAGER_LIMIT) return given;
    throw invalid({ group: 'meta.k8s.io', kind }, '', [
      {
        type: 'FieldValueTooLong',
        field: 'fieldManager',
        message: `Too long: may not be more than ${MANAGER_LIMIT} bytes`,
      },
    ]);
  }
  return (headers['user-agent'] ?? 'unknown').split('/')[0]!.slice(0, MANAGER_LIMIT);
}

export function isDryRun(values: readonly string[], kind: string): boolean {
  const unknown = values.filter((value) => value !== 'All');
  if (unknown.length === 0) return values.length > 0;
  throw invalid({ group: 'meta.k8s.io', kind }, '', [
    {
      type: 'FieldValueNotSupported',
      field: 'dryRun',
      message: `Unsupported value: ${JSON.stringify(unknown)}: supported values: "All"`,
    },
  ]);
}

function fieldValidation(value: string | null, kind: string): WriteContext['fieldValidation'] {
  if (value === null || value === '') return 'Warn';
  if (value === 'Ignore' || value === 'Warn' || value === 'Strict') return value;
  throw invalid({ group: 'meta.k8s.io', kind }, '', [
    {
      type: 'FieldValueNotSupported',
      field: 'fieldValidation',
      message: `Unsupported value: ${JSON.stringify(value)}: supported values: "", "Ignore", "Strict", "Warn"`,
    },
  ]);
}
