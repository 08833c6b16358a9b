import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Relocation } from './relocation.ts';

const relocation = new Relocation({
  namespaces: new Set(['shop', 'shop-db']),
  to: 'preview-7',
  services: new Set(['api.shop', 'db.shop-db']),
  hosts: new Map([['shop.example.com', 'shop-7.example.org']]),
});

describe('a text', () => {
  test.each([
    ['http://api.shop.svc.cluster.local:80/x', 'http://api.preview-7.svc.cluster.local:80/x'],
    ['api.shop.svc', 'api.preview-7.svc'],
    ['*.shop-db.svc', '*.preview-7.svc'],
    ['db-0.db.shop-db.svc.cluster.local', 'db-0.db.preview-7.svc.cluster.local'],
    ['postgres://user@db.shop-db:5432/shop', 'postgres://user@db.preview-7:5432/shop'],
    ['http://api.shop', 'http://api.preview-7'],
    ['a=api.shop,b=db.shop-db', 'a=api.preview-7,b=db.preview-7'],
    ['system:serviceaccount:shop:web', 'system:serviceaccount:preview-7:web'],
    ['system:serviceaccounts:shop-db', 'system:serviceaccounts:preview-7'],
    ['--namespace=shop', '--namespace=preview-7'],
    ['run --watch-namespace=shop-db --port=80', 'run --watch-namespace=preview-7 --port=80'],
    ['https://shop.example.com/cart', 'https://shop-7.example.org/cart'],
    ['https://SHOP.example.com', 'https://shop-7.example.org'],
  ])('%s becomes %s', (text, moved) => {
    expect(relocation.text(text)).toBe(moved);
  });

  test.each([
    'shop',
    'the shop.',
    'api.shopping',
    'api.shop.io',
    'my-api.shop',
    'web.shop',
    'api.shop-x',
    'api.other.svc',
    'api.shop.svc-x',
    'www.shop.example.com',
    'shop.example.com.br',
    'shop.example.community',
    'system:serviceaccount:shopping:web',
    '--namespace=shopping',
    '--name=shop',
  ])('%s stays', (text) => {
    expect(relocation.text(text)).toBe(text);
  });

  test('that names nothing of ours stays, whatever it is', () => {
    const foreign = new Relocation({
      namespaces: new Set(['zz-nowhere']),
      to: 'there',
      services: new Set(['a.zz-nowhere']),
      hosts: new Map([['zz.nowhere.invalid', 'there.invalid']]),
    });
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !/zz/i.test(text)),
        (text) => {
          expect(foreign.text(text)).toBe(text);
        },
      ),
    );
  });

  test('that was moved has nothing left to move', () => {
    const part = fc.constantFrom(
      'api.shop',
      '.svc',
      'db.shop-db.svc',
      ' ',
      'shop.example.com',
      ':',
      'x',
      '--namespace=shop',
      '/',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const moved = relocation.text(parts.join(''));
        expect(relocation.text(moved)).toBe(moved);
      }),
    );
  });
});

describe('a value', () => {
  test('has its namespaces moved where nothing but one stands', () => {
    expect(
      relocation.value({
        subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }],
        parentRefs: [{ name: 'public', namespace: 'infra' }],
        namespaceSelector: { matchNames: ['shop', 'shop-db', 'infra'] },
        peer: { matchLabels: { 'kubernetes.io/metadata.name': 'shop', team: 'shop' } },
        expression: {
          matchExpressions: [
            { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop', 'shop-db'] },
          ],
        },
        env: [
          { name: 'POD_NAMESPACE', value: 'shop' },
          { name: 'TITLE', value: 'shop' },
        ],
        image: 'api.shop/web:1',
        replicas: 3,
        none: null,
      }),
    ).toEqual({
      subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'preview-7' }],
      parentRefs: [{ name: 'public', namespace: 'infra' }],
      namespaceSelector: { matchNames: ['preview-7', 'infra'] },
      peer: { matchLabels: { 'kubernetes.io/metadata.name': 'preview-7', team: 'shop' } },
      expression: {
        matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['preview-7'] }],
      },
      env: [
        { name: 'POD_NAMESPACE', value: 'preview-7' },
        { name: 'TITLE', value: 'shop' },
      ],
      image: 'api.shop/web:1',
      replicas: 3,
      none: null,
    });
  });

  test('without anything of ours is given back as it was', () => {
    const foreign = new Relocation({
      namespaces: new Set(['zz-nowhere']),
      to: 'there',
      services: new Set(),
      hosts: new Map(),
    });
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // What is no JSON comes back as JSON has it.
        const json = JSON.parse(JSON.stringify(value));
        expect(foreign.value(json)).toEqual(json);
      }),
    );
  });
});
