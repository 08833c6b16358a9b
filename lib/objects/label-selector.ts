/** meta/v1 LabelSelector */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelExpression[];
}

interface LabelExpression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

/** Writes a selector as it stands in a query: `app=web,tier in (a,b)`. The empty text selects everything. */
export function formatLabelSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels).map(([label, value]) => `${label}=${value}`);
  return [...labels, ...matchExpressions.map(formatExpression)].join(',');
}

function formatExpression({ key, operator, values = [] }: LabelExpression): string {
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

/** A selector as it stands in an object that nobody has judged yet. */
export interface ObjectLabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** Whether labels are selected. */
export function selectorMatches(
  { matchLabels, matchExpressions }: ObjectLabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  for (const key in matchLabels) if (labels[key] !== matchLabels[key]) return false;
  return (
    !matchExpressions ||
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        default:
          return value === undefined;
      }
    })
  );
}
