/** The names that a definition gives to its kind. */
import { nameProblems } from '../../objects/index.ts';
import { type FieldError, type Fields, invalidValue, required, textsOf } from '../field-errors.ts';

export function nameErrors(names: Fields, at: string): FieldError[] {
  const { plural, singular, kind, listKind, shortNames, categories } = names;
  return [
    ...(plural ? labelErrors(plural, `${at}.plural`) : [required(`${at}.plural`)]),
    ...(singular ? labelErrors(singular, `${at}.singular`) : derivedErrors(kind, `${at}.singular`)),
    ...(kind ? mixedErrors(kind, `${at}.kind`) : [required(`${at}.kind`)]),
    ...(listKind ? mixedErrors(listKind, `${at}.listKind`) : derivedErrors(kind, `${at}.listKind`)),
    ...textsOf(shortNames).flatMap((name, i) => labelErrors(name, `${at}.shortNames[${i}]`)),
    ...(kind && kind === listKind
      ? [invalidValue(`${at}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
    ...textsOf(categories).flatMap((name, i) => labelErrors(name, `${at}.categories[${i}]`)),
  ];
}

/** Names that the server makes from the kind. */
function derivedErrors(kind: string | undefined, field: string): FieldError[] {
  return kind ? [] : [required(field)];
}

function labelErrors(name: string, field: string): FieldError[] {
  const problems = nameProblems(name, 'dns-1035-label');
  return problems.length > 0 ? [invalidValue(field, name, problems.join(','))] : [];
}

function mixedErrors(name: string, field: string): FieldError[] {
  const problems = nameProblems(name.toLowerCase(), 'dns-1035-label');
  const why = `may have mixed case, but should otherwise match: ${problems.join(',')}`;
  return problems.length > 0 ? [invalidValue(field, name, why)] : [];
}
