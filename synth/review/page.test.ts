import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TruekeelError } from '../../lib/objects/index.ts';
import type { PlannedChange } from '../../lib/plan/index.ts';
import { element } from './html.ts';
import { pageOf } from './page.ts';
import type { Review } from './review.ts';

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (Node | string)[];
}

/** A parser that takes well-formed XML with decimal references and nothing else: what it reads, browsers read alike. */
function parse(markup: string): Node {
  const root: Node = { name: '', attributes: {}, children: [] };
  const open = [root];
  const token = /<(\/?)([a-z][a-z0-9-]*)((?: [a-z-]+="[^"<>]*")*)(\/?)>|([^<>]+)|([<>])/gy;
  for (const [, closes, name, attributes = '', isVoid, text, wrong] of markup.matchAll(token)) {
    if (wrong !== undefined) throw new Error(`not well-formed: ${wrong}`);
    if (text !== undefined) open.at(-1)!.children.push(decoded(text));
    else if (closes === '/') {
      const last = open.pop();
      if (last?.name !== name) throw new Error(`</${name}> closes <${last?.name}>`);
    } else {
      const pairs = [...attributes.matchAll(/ ([a-z-]+)="([^"]*)"/g)];
      const values = Object.fromEntries(pairs.map(([, key, value]) => [key, decoded(value!)]));
      const node: Node = { name: name!, attributes: values, children: [] };
      open.at(-1)!.children.push(node);
      if (isVoid !== '/') open.push(node);
    }
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  return root;
}

function decoded(text: string): string {
  if (/&(?!#\d+;)/.test(text)) throw new Error(`a stray & in ${JSON.stringify(text)}`);
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

const textOf = (node: Node | string): string =>
  typeof node === 'string' ? node : node.children.map(textOf).join('');
const all = (node: Node): readonly Node[] => [
  node,
  ...node.children.flatMap((child) => (typeof child === 'string' ? [] : all(child))),
];
const pageTree = (page: string) => parse(page.replace(/^<!DOCTYPE html>\n/, '').trimEnd());

function change(name: string, value: string): PlannedChange {
  return {
    application: 'web',
    key: { group: 'apps', kind: 'Deployment', namespace: 'shop', name },
    apiVersion: 'apps/v1',
    action: 'change',
    because: value,
    changes: [{ path: 'spec.template.metadata.annotations.note', before: 'old', after: value }],
    effects: [{ kind: 'restarts-pods', message: `restarts ${value}` }],
    conflicts: [],
    source: { file: value, line: 8 },
  };
}

function review(changes: readonly PlannedChange[], text = 'x'): Review {
  const counts = { create: 0, change: changes.length, replace: 0, delete: 0, adopt: 0, detach: 0, none: 0 };
  const error = new TruekeelError(text, { code: 'UNSERVED_KIND', hint: text });
  return {
    base: 'b'.repeat(40),
    head: 'a'.repeat(40),
    environments: [
      {
        name: 'production',
        branch: 'rendered/production',
        against: { why: text, isEmbedded: true },
        approves: { kind: 'rendered', digest: `sha256:${'5'.repeat(64)}` },
        counts,
        changes,
        images: [{ before: text, after: text, objects: [text] }],
        refusals: [{ code: 'EMPTY_RENDER', application: text, message: text, keys: [] }],
        errors: [error],
      },
    ],
    dropped: [{ name: text, branch: text }],
    errors: [],
    newWarnings: [error],
    knownWarnings: 3,
  };
}

/** What a page may consist of: nothing that runs, loads or sends. */
const ALLOWED = [
  'a body code details h1 h2 h3 head html li meta p pre section span strong style',
  'summary table tbody td th thead title tr ul',
].flatMap((names) => names.split(' '));

describe('the full page', () => {
  it('leaves nothing out, however much it is', () => {
    const changes = Array.from({ length: 3000 }, (_, index) => change(`web-${index}`, `value-${index}`));
    const tree = pageTree(pageOf(review(changes)));
    const rows = all(tree).filter(({ name }) => name === 'summary');
    expect(rows.map(textOf)).toEqual(changes.map(({ key }) => `Deployment.apps shop/${key.name}`));
    const text = textOf(tree);
    for (const { because } of changes) expect(text).toContain(`+ "${because}"`);
    expect(all(tree).find(({ attributes }) => attributes.id === 'environment-production')).toBeDefined();
  });

  it('is well-formed, and runs and loads nothing, whatever names and values hold', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({
        unit: fc.constantFrom('<', '>', '&', '"', "'", '/', '!', '-', ' ', '=', 'script', ';'),
        maxLength: 40,
      }),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const tree = pageTree(pageOf(review([change(text, text)], text)));
        for (const { name, attributes } of all(tree).slice(1)) {
          expect(ALLOWED).toContain(name);
          expect(Object.keys(attributes).filter((key) => /^on|^src$|^style$/.test(key))).toEqual([]);
          if (attributes.href !== undefined) expect(attributes.href).toMatch(/^#environment-/);
        }
        const style = all(tree).filter(({ name }) => name === 'style');
        expect(style.map(textOf).join('')).not.toMatch(/url\(|@import/);
      }),
    );
  });

  it('says texts as they are, but for a mark where no text can say it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const tree = parse(element('p', { title: text }, text).markup);
        const [paragraph] = tree.children as readonly Node[];
        const [...wanted] = text.toWellFormed();
        for (const said of [textOf(paragraph!), paragraph!.attributes.title!]) {
          const isPlain = (index: number) => /[\p{L}\p{N}\p{P}\p{S}\n\t ]/u.test(wanted[index]!);
          const wrong = [...said].filter(
            (character, index) => character !== wanted[index] && (character !== '\ufffd' || isPlain(index)),
          );
          expect(wrong).toEqual([]);
          expect([...said]).toHaveLength(wanted.length);
        }
      }),
    );
  });

  it('of what does not render says why', () => {
    const broken = {
      ...review([]),
      environments: [],
      errors: [new TruekeelError('no', { code: 'PROGRAM_FAILED' })],
    };
    expect(textOf(pageTree(pageOf(broken)))).toContain(
      'It does not render. Nothing was planned.PROGRAM_FAILED no',
    );
  });
});
