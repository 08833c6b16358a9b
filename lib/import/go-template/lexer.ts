/** Texts and actions of a template, and the words of an action. Go source, text/template/parse. */
import { TemplateProblem, type Value } from './values.ts';

export interface Token {
  readonly kind: 'constant' | 'field' | 'variable' | 'name' | 'sign';
  readonly text: string;
  /** Of a constant. */
  readonly value?: Value;
  /** Whether nothing stands between it and what is before it. */
  readonly isAttached: boolean;
}

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'action';
      /** As it is written, for messages. */
      readonly source: string;
      readonly tokens: readonly Token[];
    };

const WORD =
  /(?<quoted>"(?:[^"\\\n]|\\.)*")|`(?<raw>[^`]*)`|(?<float>[+-]?\d+(?:\.\d+(?:[eE][+-]?\d+)?|[eE][+-]?\d+)(?![\w.]))|(?<int>[+-]?(?:0|[1-9]\d*)(?![\w.]))|(?<field>\.[A-Za-z_]\w*)|(?<variable>\$\w*)|(?<name>[A-Za-z_]\w*)|(?<sign>:=|[.()|=,])/y;

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** @throws TemplateProblem */
export function partsOf(template: string): readonly Part[] {
  const parts: Part[] = [];
  let trimsNext = false;
  for (let at = 0; at < template.length; ) {
    const open = template.indexOf('{{', at);
    const end = open < 0 ? template.length : open;
    const trimsThis = open >= 0 && /^\{\{-[ \t\r\n]/.test(template.slice(open, open + 4));
    let text = template.slice(at, end);
    if (trimsNext) text = text.replace(/^[ \t\r\n]+/, '');
    if (trimsThis) text = text.replace(/[ \t\r\n]+$/, '');
    if (text !== '') parts.push({ kind: 'text', text });
    if (open < 0) break;
    const action = actionAt(template, open, open + (trimsThis ? 3 : 2));
    trimsNext = action.trimsNext;
    if (action.part) parts.push(action.part);
    at = action.end;
  }
  return parts;
}

function actionAt(
  template: string,
  open: number,
  start: number,
): { readonly part?: Part; readonly trimsNext: boolean; readonly end: number } {
  const comment = /[ \t\r\n]*\/\*[\s\S]*?\*\/([ \t\r\n]+-)?\}\}/y;
  comment.lastIndex = start;
  const found = comment.exec(template);
  if (found) return { trimsNext: found[1] !== undefined, end: comment.lastIndex };
  const refuse = (at: number): never => {
    throw new TemplateProblem(`${template.slice(open, at + 10)} in its template is not understood`);
  };
  const tokens: Token[] = [];
  const close = /([ \t\r\n]-)?\}\}/y;
  const space = /[ \t\r\n]+/y;
  for (let at = start; ; ) {
    for (const before of [at, at - 1]) {
      // ` -}}` begins with a space, which may have been passed already.
      close.lastIndex = before;
      const closed = before >= start ? close.exec(template) : null;
      if (!closed || (before < at && closed[1] === undefined)) continue;
      const source = template.slice(open, close.lastIndex);
      return {
        part: { kind: 'action', source, tokens },
        trimsNext: closed[1] !== undefined,
        end: close.lastIndex,
      };
    }
    space.lastIndex = at;
    const gap = space.exec(template);
    if (gap) {
      at = space.lastIndex;
      continue;
    }
    WORD.lastIndex = at;
    const word = WORD.exec(template);
    if (!word) return refuse(at);
    const isAttached = at > start && !/[ \t\r\n]/.test(template[at - 1] ?? '');
    tokens.push(tokenOf(word, isAttached, () => refuse(WORD.lastIndex)));
    at = WORD.lastIndex;
  }
}

function tokenOf(word: RegExpExecArray, isAttached: boolean, refuse: () => never): Token {
  const { quoted, raw, float, int, field, variable, name } = word.groups!;
  const [text] = word;
  const constant = (value: Value): Token => ({ kind: 'constant', text, value, isAttached });
  if (quoted !== undefined) return constant(unquoted(quoted, refuse));
  if (raw !== undefined) return constant(raw.replaceAll('\r', ''));
  if (float !== undefined) return constant(Number(float));
  if (int !== undefined) {
    if (!Number.isSafeInteger(Number(int))) refuse();
    return constant(BigInt(int.replace('+', '')));
  }
  if (field !== undefined) return { kind: 'field', text: field.slice(1), isAttached };
  if (variable !== undefined) return { kind: 'variable', text: variable, isAttached };
  if (name !== undefined) return { kind: 'name', text: name, isAttached };
  return { kind: 'sign', text, isAttached };
}

function unquoted(quoted: string, refuse: () => never): string {
  return quoted.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, escaped: string) => {
    if (escaped.length === 5) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return Object.hasOwn(ESCAPES, escaped) ? ESCAPES[escaped]! : refuse();
  });
}
