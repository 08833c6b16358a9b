/** The columns of each kind's table (as in pkg/printers of Kubernetes). */
import type { JsonValue, KubernetesObject } from '../../objects/index.ts';
import type { PrinterColumn, Resource } from '../resources/resource.ts';
import { age } from './age.ts';
import { clusterColumns } from './cluster-columns.ts';
import { AGE, CREATED_AT, NAME, NAME_DESCRIPTION } from './common-columns.ts';
import { jsonPathValue } from './json-path.ts';
import { networkColumns } from './network-columns.ts';
import type { Column } from './table.ts';
import { workloadColumns } from './workload-columns.ts';

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  ...workloadColumns,
  ...networkColumns,
  ...clusterColumns,
};

const cached = new WeakMap<Resource, readonly Column[]>();

export function columnsOf(resource: Resource): readonly Column[] {
  const known = cached.get(resource);
  if (known) return known;
  const columns = resource.custom
    ? customColumns(resource.custom.printerColumns)
    : (COLUMNS[`${resource.group}/${resource.kind}`] ?? [NAME, CREATED_AT]);
  cached.set(resource, columns);
  return columns;
}

function customColumns(columns: readonly PrinterColumn[]): readonly Column[] {
  if (columns.length === 0) return [NAME, AGE];
  return [{ ...NAME, description: NAME_DESCRIPTION }, ...columns.map(customColumn)];
}

function customColumn(column: PrinterColumn): Column {
  return {
    name: column.name,
    type: column.type as Column['type'], // the definition's schema allows these
    format: column.format ?? '',
    description:
      column.description ?? `Custom resource definition column (in JSONPath format): ${column.jsonPath}`,
    priority: column.priority ?? 0,
    value: (object, now) => customCell(column, object, now),
  };
}

function customCell(column: PrinterColumn, object: KubernetesObject, now: Date): JsonValue {
  const value = jsonPathValue(object, column.jsonPath);
  if (value === undefined || value === null) return null;
  switch (column.type) {
    case 'date':
      return typeof value === 'string' ? age(value, now) : '<invalid>';
    case 'string':
      return typeof value === 'string' ? value : JSON.stringify(value);
    default:
      return value;
  }
}
