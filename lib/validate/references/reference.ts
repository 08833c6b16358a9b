/** What is said of references: something that should be in an object of the program and is not is an error; an object
 * that is nowhere may be made elsewhere, so that is a warning. */
import { nearest } from '../../objects/index.ts';
import type { Judgement } from '../judgement.ts';

/** @param what `ConfigMap settings` */
export function missingObject(
  judgement: Judgement,
  field: string,
  what: string,
  known: Iterable<string> = [],
): void {
  const name = what.slice(what.lastIndexOf(' ') + 1);
  const like = nearest(name, known);
  judgement.add({
    severity: 'warning',
    code: 'MISSING_OBJECT',
    field,
    message: `names ${what}, which is not in the program`,
    hint: like === undefined ? 'Nothing is to be done if it is made elsewhere.' : `Did you mean ${like}?`,
  });
}

/** @param what `key greting`
 * @param owner `ConfigMap settings` */
export function missingPart(
  judgement: Judgement,
  field: string,
  what: string,
  owner: string,
  known: readonly string[],
): void {
  const like = nearest(what.slice(what.lastIndexOf(' ') + 1), known);
  judgement.add({
    severity: 'error',
    code: 'BROKEN_REFERENCE',
    field,
    message: `names ${what}, which ${owner} does not have`,
    hint: like === undefined ? `It has ${known.join(', ') || 'none'}.` : `Did you mean ${like}?`,
  });
}

export function selectsNothing(judgement: Judgement, field: string): void {
  judgement.add({
    severity: 'warning',
    code: 'SELECTS_NOTHING',
    field,
    message: 'selects no pods of the program in its namespace',
    hint: 'Compare it with the labels of the pod templates.',
  });
}
