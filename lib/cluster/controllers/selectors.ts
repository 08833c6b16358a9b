/** meta/v1 LabelSelector */
interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly Expression[];
}

interface Expression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

/** Writes a selector as it stands in a query: `app=web,tier in (a,b)`. undefined when there is none; it then selects
 * nothing. The empty text selects everything. */
export function formatSelector(selector: LabelSelector | undefined): string | undefined {
  if (!selector) return undefined;
  const labels = Object.entries(selector.matchLabels ?? {}).map(([label, value]) => `${label}=${value}`);
  return [...labels, ...(selector.matchExpressions ?? []).map(formatExpression)].join(',');
}

function formatExpression({ key, operator, values = [] }: Expression): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(',')})`;
    case 'NotIn':
      return `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
  }
}
