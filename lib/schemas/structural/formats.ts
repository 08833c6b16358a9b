/** Formats of texts that a server checks (apiextensions-apiserver, validation/formats.go). Where Go's parsers take more
 * than is described anywhere, more is taken here too; what is refused is refused by a server. */
import { isIP } from 'node:net';

type Test = (text: string) => boolean;

const matching =
  (pattern: RegExp): Test =>
  (text) =>
    pattern.test(text);

/** By format, without hyphens, as a server compares them. */
const FORMATS: Readonly<Record<string, Test>> = {
  datetime: (text) => !Number.isNaN(Date.parse(text)),
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)),
  duration: (text) => /\d/.test(text),
  byte: matching(/^[A-Za-z0-9+/]+={0,2}$/),
  ipv4: (text) => isIP(text) !== 0,
  ipv6: (text) => isIP(text) !== 0,
  cidr: (text) => {
    const [address = '', length = '', ...more] = text.split('/');
    return more.length === 0 && isIP(address) !== 0 && /^\d{1,3}$/.test(length) && Number(length) <= 128;
  },
  uuid: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  uuid3: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  uuid4: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  uuid5: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  hexcolor: matching(/^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i),
  mac: matching(/^[0-9a-f]{2,4}(?:[-:.][0-9a-f]{2,4})+$/i),
  email: matching(/@/),
};

export function hasFormat(format: string, text: string): boolean {
  const name = format.replaceAll('-', '');
  return Object.hasOwn(FORMATS, name) ? FORMATS[name]!(text) : true;
}
