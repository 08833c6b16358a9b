/** Labels and annotations (apimachinery, api/validation). Names and namespaces are judged when rendering. */
import { labelValueProblems, qualifiedNameProblems } from '../../objects/index.ts';
import type { Judgement } from '../judgement.ts';

/** Of all annotations together. */
const MOST_BYTES = 262_144;

/** What most keys and values look like; others are looked at in full. */
const PLAIN_KEY =
  /^(?:[a-z0-9](?:[-a-z0-9]{0,60}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,60}[a-z0-9])?){0,3}\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PLAIN_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

export function judgeMetadata(judgement: Judgement): void {
  const { labels, annotations } = judgement.object.metadata;
  judgeLabels(judgement, labels, 'metadata.labels');
  if (!annotations) return;
  let size = 0;
  for (const key in annotations) {
    const value = annotations[key] ?? '';
    size += key.length + value.length;
    if (PLAIN_KEY.test(key)) continue;
    for (const problem of qualifiedNameProblems(key.toLowerCase())) {
      judgement.refuse('metadata.annotations', `has the key ${JSON.stringify(key)}: ${problem}`);
    }
  }
  if (size > MOST_BYTES) {
    judgement.refuse('metadata.annotations', `hold ${size} bytes; at most ${MOST_BYTES} are allowed`);
  }
}

/** @param field where the labels are */
export function judgeLabels(
  judgement: Judgement,
  labels: Readonly<Record<string, string>> | null | undefined,
  field: string,
): void {
  if (!labels) return;
  for (const key in labels) {
    const value = labels[key] ?? '';
    if (!PLAIN_KEY.test(key)) {
      for (const problem of qualifiedNameProblems(key)) {
        judgement.refuse(field, `has the key ${JSON.stringify(key)}: ${problem}`);
      }
    }
    if (!PLAIN_VALUE.test(value)) {
      for (const problem of labelValueProblems(value)) {
        judgement.refuse(`${field}[${JSON.stringify(key)}]`, `is ${JSON.stringify(value)}: ${problem}`);
      }
    }
  }
}
