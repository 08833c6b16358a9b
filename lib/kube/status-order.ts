/** One order for what a server finds wrong with an object. It looks at maps (labels, annotations, data) in an order that
 * changes from request to request, so the same refusal has other words each time; what is compared or digested must not. */
import type { Status } from './status.ts';

export function inOrder(status: Status): Status {
  const { causes } = status.details ?? {};
  if (status.reason !== 'Invalid' || !causes || causes.length < 2) return status;
  // As the server puts them together (`field.ErrorList.ToAggregate` in Kubernetes' apimachinery).
  const said = [...new Set(causes.map(textOf))];
  const sorted = [...causes].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  const list = `[${said.join(', ')}]`;
  const inTurn = `[${[...said].sort().join(', ')}]`;
  return {
    ...status,
    ...(status.message !== undefined && { message: status.message.replace(list, () => inTurn) }),
    details: { ...status.details, causes: sorted },
  };
}

function textOf({ field, message }: { readonly field?: string; readonly message?: string }): string {
  return `${field}: ${message}`;
}
