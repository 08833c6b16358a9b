/** How webhooks are reached (apiserver, util/webhook/validation.go). */
import { nameProblems } from '../../objects/index.ts';
import { type FieldError, type Fields, invalidValue, required } from '../field-errors.ts';

export function clientErrors({ url, service }: Fields, at: string): FieldError[] {
  return url != null ? urlErrors(url, `${at}.url`) : serviceErrors(service, `${at}.service`);
}

const FORM = '; desired format: https://host[/path]';
const URL_PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s;

function urlErrors(url: string, field: string): FieldError[] {
  const [, scheme = '', authority = '', query, fragment] = URL_PARTS.exec(url) ?? [];
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const errors: FieldError[] = [];
  if (scheme.toLowerCase() !== 'https')
    errors.push(invalidValue(field, scheme.toLowerCase(), `'https' is the only allowed URL scheme${FORM}`));
  if (host === '') errors.push(invalidValue(field, host, `host must be specified${FORM}`));
  if (at >= 0)
    errors.push(invalidValue(field, authority.slice(0, at), 'user information is not permitted in the URL'));
  if (fragment) errors.push(invalidValue(field, fragment, 'fragments are not permitted in the URL'));
  if (query) errors.push(invalidValue(field, query, 'query parameters are not permitted in the URL'));
  return errors;
}

function serviceErrors({ name, namespace, path, port }: Fields, at: string): FieldError[] {
  return [
    ...(name ? [] : [required(`${at}.name`)]),
    ...(namespace ? [] : [required(`${at}.namespace`)]),
    ...(port != null && (port < 1 || port > 65_535)
      ? [invalidValue(`${at}.port`, port, 'port is not valid: must be between 1 and 65535, inclusive')]
      : []),
    ...pathErrors(path ?? '', `${at}.path`),
  ];
}

function pathErrors(path: string, field: string): FieldError[] {
  if (path === '' || path === '/') return [];
  if (path === '//') return [invalidValue(field, path, 'segment[0] may not be empty')];
  const errors = path.startsWith('/') ? [] : [invalidValue(field, path, "must start with a '/'")];
  const steps = path.slice(1).replace(/\/$/, '').split('/');
  for (const [i, step] of steps.entries()) {
    const problems =
      step === '' ? [' may not be empty'] : nameProblems(step, undefined).map((problem) => `: ${problem}`);
    for (const problem of problems) errors.push(invalidValue(field, path, `segment[${i}]${problem}`));
  }
  return errors;
}
