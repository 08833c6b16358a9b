import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderedFiles } from 'truekeel/branch';
import { asOid } from 'truekeel/git';
import { render } from 'truekeel/testing';
import { expect, it, onTestFinished } from 'vitest';
import { toMatchGolden } from '../../synth/testing/matchers/golden.ts';
import { shop } from './shop.ts';

const rendered = render(shop());

/** The matcher, as a run of vitest with or without `-u`, or on CI, calls it. */
function match(directory: string, snapshotUpdateState: 'all' | 'new' | 'none', subject: unknown = rendered) {
  const context = {
    snapshotState: { snapshotUpdateState },
    utils: { EXPECTED_COLOR: String, RECEIVED_COLOR: String, DIM_COLOR: String },
  };
  const { pass, message } = toMatchGolden.call(context, subject, directory);
  return { pass, message: message() };
}

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'truekeel-golden-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'golden');
}

it('writes the bytes of the rendered branch the first time, and compares afterwards', () => {
  const directory = scratch();
  expect(match(directory, 'new').pass).toBe(true);
  const branch = renderedFiles(rendered.environments[0]!, {
    sourceCommit: asOid('0'.repeat(40)),
    program: 'main.ts',
  });
  const objects = [...branch].filter(([path]) => path.endsWith('.yaml'));
  expect(objects).toHaveLength(rendered.objects.length);
  for (const [path, bytes] of objects)
    expect(readFileSync(join(directory, path))).toEqual(Buffer.from(bytes));
  expect(match(directory, 'new').pass).toBe(true);
  expect(match(directory, 'none').pass).toBe(true);
});

it('shows what changed, what is new and what is stale, and writes nothing', () => {
  const directory = scratch();
  match(directory, 'new');
  const web = join(directory, 'web/shop/Deployment.apps/web.yaml');
  const text = readFileSync(web, 'utf8').replace('replicas: 1', 'replicas: 2');
  writeFileSync(web, text);
  rmSync(join(directory, 'web/shop/Service/web.yaml'));
  writeFileSync(join(directory, 'web/shop/stale.yaml'), 'a: 1\n');
  writeFileSync(join(directory, 'README.md'), 'not looked at\n');
  const { pass, message } = match(directory, 'new');
  expect(pass).toBe(false);
  expect(message.replaceAll(directory, 'golden')).toBe(
    `3 files of golden differ from what is rendered; vitest -u writes them anew

  Deployment.apps shop/web  test/web/web  test/testing/shop.ts:30

    …
      name: web
      namespace: shop
    spec:
  -   replicas: 2
  +   replicas: 1
      selector:
        matchLabels:
          app: web
    …

  Service shop/web  test/web/service  test/testing/shop.ts:31
  has no web/shop/Service/web.yaml

  web/shop/stale.yaml
  is no longer rendered`,
  );
  expect(readFileSync(web, 'utf8')).toBe(text);
  expect(match(directory, 'none').pass).toBe(false);
  expect(match(directory, 'all').pass).toBe(true);
  expect(match(directory, 'none').pass).toBe(true);
  expect(readdirSync(directory)).toContain('README.md');
});

it('is never written on CI', () => {
  const directory = scratch();
  expect(match(directory, 'none')).toEqual({
    pass: false,
    message: `there is no ${directory}; run vitest -u to write it (never on CI)`,
  });
  expect(() => readdirSync(directory)).toThrow(/ENOENT/);
});

it('keeps environments apart where there are two', () => {
  const directory = scratch();
  mkdirSync(directory);
  match(directory, 'all', render(shop({ environments: ['staging', 'production'] })));
  expect(readdirSync(directory).sort()).toEqual(['production', 'staging']);
});

it('cannot be negated', () => {
  expect(() => expect(rendered).not.toHaveProperty('environments')).toThrow();
  expect(() => toMatchGolden.call({ isNot: true } as never, rendered, 'x')).toThrow(TypeError);
});
