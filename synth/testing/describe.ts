/** What failure messages say of objects. */
import { emitYaml, formatKey, type JsonValue, type RenderedObject } from '../../lib/objects/index.ts';
import type { Comparison } from './partial.ts';
import { diffLines, type Paint } from './yaml-diff.ts';

/** `Deployment.apps shop/web  production/web/web/Resource  examples/shop/web-service.ts:37` */
export function describeObject({ key, constructPath, source }: RenderedObject, paint: Paint): string {
  const place = source && `${source.file}:${source.line}`;
  return [
    formatKey(key),
    ...[constructPath, place].filter((text) => text !== undefined).map((text) => paint.dim(text)),
  ].join('  ');
}

/** A message with the object that is nearest to what was expected, and how it differs. */
export function withNearest(
  message: string,
  nearest: RenderedObject,
  comparison: Pick<Comparison, 'expected' | 'found'>,
  paint: Paint,
): string {
  return [
    message,
    '',
    `  ${describeObject(nearest, paint)}`,
    '',
    `  ${paint.expected('- expected')}  ${paint.found('+ found')}`,
    '',
    ...diffLines(yaml(comparison.expected), yaml(comparison.found), paint).map((line) => `  ${line}`),
  ].join('\n');
}

/** The objects that something was looked for among, or as many as one wants to read. */
export function listObjects(objects: readonly RenderedObject[], paint: Paint): readonly string[] {
  const shown = objects.slice(0, MOST_LISTED).map((object) => `  ${describeObject(object, paint)}`);
  const more = objects.length - shown.length;
  return more > 0 ? [...shown, paint.dim(`  and ${more} more`)] : shown;
}

const MOST_LISTED = 10;

function yaml(value: JsonValue | undefined): string {
  return value === undefined ? '' : emitYaml(value);
}
