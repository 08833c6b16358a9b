/** From what Helm prints to objects. */
import { exactValue } from '../imported/exact.ts';
import {
  flattenLists,
  type JsonValue,
  type KubernetesObject,
  parseYaml,
  TruekeelError,
} from '../objects/index.ts';
import type { ChartObject } from '../render/index.ts';
import { type HelmReading, hookOrder, type ReadObject, readHelmAnnotations } from './hooks.ts';
import { ChartProblem } from './problem.ts';

interface MadeObject {
  readonly object: KubernetesObject;
  /** The file in the chart: `web/templates/service.yaml`. */
  readonly template: string;
}

const SOURCE = /^---\n# Source: (.+)$/m;

/** The objects as Helm made them, in its order.
 * @param chart how people know it
 * @throws ChartProblem `CHART_OUTPUT` */
export function readChartOutput(chart: string, output: string): readonly MadeObject[] {
  // The first part is what stands before any template.
  const [, ...parts] = output.split(SOURCE);
  const made: MadeObject[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const [template = '', text = ''] = parts.slice(index, index + 2);
    for (const value of documentsOf(chart, template, text)) {
      made.push({ object: objectOf(chart, template, value), template });
    }
  }
  return made;
}

function documentsOf(chart: string, template: string, text: string): readonly JsonValue[] {
  try {
    const documents = flattenLists(parseYaml(text, { file: template }));
    return documents.map(({ value }) => value).filter((value) => value !== null);
  } catch (error) {
    if (!(error instanceof TruekeelError)) throw error;
    throw new ChartProblem(
      'CHART_OUTPUT',
      `chart ${chart} makes of ${template} what is no YAML: ${error.message}`,
      'Render it with `helm template` to see the lines; most often a value is missing, or has to be quoted in the template.',
    );
  }
}

function objectOf(chart: string, template: string, value: JsonValue): KubernetesObject {
  const { apiVersion, kind, metadata } = Object(value) as Partial<KubernetesObject>;
  const isText = (one: unknown) => typeof one === 'string' && one !== '';
  if (isText(apiVersion) && isText(kind) && isText(metadata?.name)) {
    const object = value as unknown as KubernetesObject; // as was just seen
    return { ...object, metadata: withoutEmpty(object.metadata) };
  }
  const lacking = !isText(apiVersion) ? 'apiVersion' : !isText(kind) ? 'kind' : 'metadata.name';
  throw new ChartProblem(
    'CHART_OUTPUT',
    `chart ${chart} makes of ${template} what is no Kubernetes object: it has no ${lacking}`,
    'Mend the template, or give a value with which it makes an object, or nothing.',
  );
}

/** `labels:` with nothing below it is what many templates make when there are none. */
function withoutEmpty(metadata: KubernetesObject['metadata']): KubernetesObject['metadata'] {
  const fields = Object.entries(metadata).filter(([, value]) => value !== null);
  return Object.fromEntries(fields) as unknown as KubernetesObject['metadata'];
}

/** As a program makes them. */
export function chartObjects(objects: readonly AdoptedObject[]): readonly ChartObject[] {
  return objects.map(({ object, waitsFor }) => {
    const { value, patches } = exactValue(object);
    return { object: value as KubernetesObject, patches, waitsFor };
  });
}

export interface AdoptedObject {
  readonly object: KubernetesObject;
  /** Places among the objects of those that it waits for. */
  readonly waitsFor: readonly number[];
}

/** The objects as they are here: hooks of Helm are hooks of ours, as far as there are any.
 * @param warn told of objects that are left out, and what is otherwise than Helm has it */
export function adoptObjects(
  objects: readonly KubernetesObject[],
  warn: (message: string) => void,
): readonly AdoptedObject[] {
  const read = objects.flatMap((object): readonly ReadObject[] => {
    const reading: HelmReading = readHelmAnnotations(object, warn);
    if ('object' in reading) return [reading];
    if (reading.leftOut !== undefined) warn(reading.leftOut);
    return [];
  });
  const order = hookOrder(read);
  return read.map(({ object }, index) => ({ object, waitsFor: order[index] ?? [] }));
}
