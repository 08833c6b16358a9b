import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asOid } from '../../lib/git/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import type { PlannedChange } from '../../lib/plan/index.ts';
import { approvalText, readApprovalText, statusOf } from './approval-status.ts';
import { commentOf } from './comment.ts';
import { fieldDiff } from './field-diff.ts';
import { imageChanges } from './images.ts';
import { code, codeBlock, plain } from './markdown.ts';
import type { EnvironmentReview, Review } from './review.ts';

const DIGEST = `sha256:${'5'.repeat(64)}` as const;

function change(over: Partial<PlannedChange> & { readonly name?: string } = {}): PlannedChange {
  const { name = 'web', ...rest } = over;
  return {
    application: 'web',
    key: { group: 'apps', kind: 'Deployment', namespace: 'shop', name },
    apiVersion: 'apps/v1',
    action: 'change',
    because: 'replicas 2 → 3',
    changes: [{ path: 'spec.replicas', before: 2, after: 3 }],
    effects: [{ kind: 'scales', message: 'scales from 2 to 3' }],
    conflicts: [],
    source: { file: 'main.ts', line: 8 },
    ...rest,
  };
}

function environment(over: Partial<EnvironmentReview> = {}): EnvironmentReview {
  const { changes = [change()] } = over;
  const counts = { create: 0, change: 0, replace: 0, delete: 0, adopt: 0, detach: 0, none: 0 };
  for (const { action } of changes) counts[action]++;
  return {
    name: 'production',
    branch: 'rendered/production',
    against: { server: 'https://10.0.0.1:6443', context: 'prod' },
    approves: { kind: 'plan', digest: DIGEST },
    counts,
    changes,
    images: imageChanges(changes),
    refusals: [],
    errors: [],
    ...over,
  };
}

function review(...environments: readonly EnvironmentReview[]): Review {
  const commits = { base: 'b'.repeat(40), head: 'a'.repeat(40) };
  return { ...commits, environments, dropped: [], errors: [], newWarnings: [], knownWarnings: 0 };
}

const error = (message: string) => new TruekeelError(message, { code: 'UNSERVED_KIND', hint: 'Install it.' });

describe('the comment', () => {
  it('tells what people did since the last release, as text, as far as there is room', () => {
    const entries = Array.from({ length: 300 }, (_, index) => ({
      commit: String(index).padStart(40, 'e'),
      description: `Step ${index} of @all [x](https://example.org)`,
      breaking: index === 0,
      pullRequest: 7,
      authors: ['Ann <script>'],
      commits: 2,
    }));
    const whole = review(environment({ work: { since: 'd'.repeat(40), entries } }));
    const { text } = commentOf(whole);
    expect(text).toContain('**Since its last release**, of `dddddddddddd`');
    expect(text).toContain('**breaking** Step 0 of');
    expect(text).toContain(', 2 commits · ');
    expect(text).not.toMatch(/[^\\]@all|<script>|[^\\]\[x\]/);
    const short = commentOf(whole, { limit: 8_000 });
    expect(short.complete).toBe(false);
    expect(short.text.length).toBeLessThanOrEqual(8_000);
    expect(short.text).toContain('- and ');
  });

  it('tells what went into an image that changes, by the commits, as text', () => {
    const commits = [{ commit: asOid('c'.repeat(40)), subject: 'Mend <b>@all</b>', author: 'Ann' }];
    const image = { before: 'a:1', after: 'a:2', objects: ['Deployment.apps shop/web'] };
    const ends = { from: 'd'.repeat(40), to: 'c'.repeat(40) };
    const of = (more: boolean) =>
      commentOf(review(environment({ images: [{ ...image, commits: { ...ends, commits, more } }] }))).text;
    expect(of(false)).toContain('  - `ccccccc` Mend &#60;b&#62;&#64;all&#60;/b&#62; · Ann');
    expect(of(true)).toContain('  - and more, from `ddddddd` to `ccccccc`');
    const elsewhere = { ...ends, repository: 'https://git.example.com/api', commits: [], more: false };
    expect(commentOf(review(environment({ images: [{ ...image, commits: elsewhere }] }))).text).toContain(
      '  - `ddddddd` to `ccccccc` of https&#58;//git.example.com/api',
    );
  });

  it('leads to the full page, whether or not it leaves something out', () => {
    const pageUrl = 'https://pages.example.com/a(b) c.html';
    const link = '[the full page](https://pages.example.com/a%28b%29%20c.html)';
    const whole = review(environment());
    expect(commentOf(whole, { pageUrl })).toMatchObject({ complete: true });
    expect(commentOf(whole, { pageUrl }).text.split('\n').at(-1)).toBe(`> Also as ${link}.`);
    const many = review(
      environment({ changes: Array.from({ length: 900 }, (_, n) => change({ name: `w${n}` })) }),
    );
    const cut = commentOf(many, { pageUrl, url: 'https://run', limit: 3000 });
    expect(cut.complete).toBe(false);
    expect(cut.text.length).toBeLessThanOrEqual(3000);
    expect(cut.text).toContain(`The whole is ${link}.`);
    const tiny = commentOf(many, { pageUrl, limit: 200 });
    expect(tiny.text).toHaveLength(200);
    expect(tiny.text).toContain(link);
  });

  it('says in one line an environment what it comes to, before anything else', () => {
    const { text } = commentOf(review(environment(), environment({ name: 'staging', changes: [] })));
    const lines = text.split('\n');
    expect(lines).toContain('- **production** 1 to change · scaled: 1');
    expect(lines).toContain('- **staging** nothing to do');
    expect(text.indexOf('**staging**')).toBeLessThan(text.indexOf('#### production'));
  });

  it('tells what comes of the changes before what they are, the worst first', () => {
    const changes = [
      change(),
      change({
        name: 'db',
        action: 'delete',
        because: 'no longer in the program',
        changes: [],
        effects: [{ kind: 'touches-data', message: 'deletes its volume' }],
      }),
      change({ name: 'api', effects: [{ kind: 'restarts-pods', message: 'restarts 3 pods' }] }),
      change({ name: 'role', effects: [{ kind: 'widens-rbac', message: 'allows delete of secrets' }] }),
    ];
    const { text } = commentOf(review(environment({ changes })));
    const places = ['Data at risk', 'Deleted', 'Restarted', 'Access widened', 'Scaled'].map((title) =>
      text.indexOf(`**${title}**`),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(Math.min(...places)).toBeGreaterThan(0);
    expect(Math.max(...places)).toBeLessThan(text.indexOf('| change |'));
    expect(text.indexOf('| change |')).toBeLessThan(text.indexOf('<details>'));
  });

  it('names what failed to plan and why, what a guard refuses, images, and the digest', () => {
    const image = {
      path: 'spec.template.spec.containers[name=web].image',
      before: 'shop/web:1',
      after: 'shop/web:2',
    };
    const refusal = {
      code: 'TOO_MANY_DELETES',
      application: 'web',
      message: '12 objects would be deleted',
      keys: [],
    } as const;
    const { text } = commentOf(
      review(
        environment({
          changes: [change({ changes: [image] })],
          errors: [error('Widget is not served')],
          refusals: [refusal],
        }),
      ),
    );
    for (const part of [
      'Widget is not served',
      'Install it.',
      'TOO',
      '12 objects',
      'shop/web:1',
      'shop/web:2',
      DIGEST,
      'main.ts:8',
    ])
      expect(text.replaceAll(/&#95;/g, '_')).toContain(part);
  });

  it('says why an environment was only compared', () => {
    const compared = environment({
      against: { why: 'there is no kubeconfig', isEmbedded: false },
      approves: { kind: 'rendered', digest: DIGEST },
    });
    expect(commentOf(review(compared)).text).toContain('no cluster was asked: there is no kubeconfig');
  });

  it('has room in any limit, says what was left out, and keeps the summary longest', () => {
    const many = Array.from({ length: 3000 }, (_, n) => change({ name: `web-${n}` }));
    const big = review(environment({ changes: many }), environment({ name: 'staging', changes: many }));
    expect(commentOf(big).complete).toBe(true);
    for (const limit of [65_000, 10_000, 2_000, 600]) {
      const { text, complete } = commentOf(big, { limit, url: 'https://ci.example.com/runs/7' });
      expect(text.length).toBeLessThanOrEqual(limit);
      expect(complete).toBe(false);
      expect(text).toContain('https://ci.example.com/runs/7');
      if (limit >= 2_000) expect(text).toContain('- **staging** 3000 to change');
    }
  });

  it('never has more than its limit, whatever is in it', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(
        fc.array(texts, { maxLength: 30 }),
        fc.integer({ min: 400, max: 5_000 }),
        (names, limit) => {
          const changes = names.map((name) =>
            change({ name, because: name, changes: [{ path: name, after: name }] }),
          );
          const { text } = commentOf(review(environment({ changes, errors: names.map(error) })), { limit });
          expect(text.length).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('texts of others', () => {
  it('cannot call people, link, or look like something that we say', () => {
    const evil =
      'a @team #12 !3 <img src=x> [x](https://evil.example) **bold** `code` www.evil.example\n# Title | cell';
    const shown = plain(evil);
    expect(shown).not.toMatch(/[@#!<>[\]()*`|\n](?!\d+;)/);
    expect(shown).not.toMatch(/https:\/\/|www\./);
  });

  it('stay inside their span and their block', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('`', 'a', '|', '\n', '\r', '\u2028', ' ', '~') }),
        (text) => {
          const span = code(text);
          const fence = /^`+/.exec(span)![0];
          expect(span.endsWith(fence)).toBe(true);
          const inside = span.slice(fence.length, -fence.length);
          expect([...inside.matchAll(/`+/g)].map(([run]) => run)).not.toContain(fence);
          expect(span).not.toMatch(/[\n\r\u2028]/);
          expect(span.replaceAll('\\|', '')).not.toContain('|');
          const block = codeBlock('diff', [text]);
          const open = /^`+/.exec(block[0]!)![0];
          expect(block.slice(1, -1).some((line) => line.includes(open))).toBe(false);
          expect(block.slice(1, -1).join('')).not.toMatch(/[\n\r\u2028]/);
        },
      ),
    );
  });
});

describe('field by field', () => {
  it('shows of two texts what differs, with a little around it', () => {
    const lines = Array.from({ length: 40 }, (_, n) => `line ${n}`);
    const after = lines.with(20, 'another');
    expect(fieldDiff({ path: 'data.file', before: lines.join('\n'), after: after.join('\n') })).toEqual([
      '@@ data.file @@',
      '  … 18 lines',
      '  line 18',
      '  line 19',
      '- line 20',
      '+ another',
      '  line 21',
      '  line 22',
      '  … 17 lines',
    ]);
  });

  it('keeps values short', () => {
    const shown = fieldDiff({ path: 'data.file', after: 'x\n'.repeat(10_000) + 'y'.repeat(10_000) });
    expect(shown.length).toBeLessThan(70);
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThan(500);
  });

  it('shows what Secrets are masked by, and who wrote the live value', () => {
    const field = {
      path: 'data.password',
      before: '<masked #1>',
      after: '<masked #2>',
      manager: 'kubectl-edit',
    };
    expect(fieldDiff(field)).toEqual([
      '@@ data.password (live value by kubectl-edit) @@',
      '- "<masked #1>"',
      '+ "<masked #2>"',
    ]);
  });
});

describe('the status of an environment', () => {
  it('carries what is approved, in what GitHub has room for', () => {
    const status = statusOf(environment(), 'https://forge/comment');
    expect(status).toMatchObject({
      context: 'truekeel/production',
      state: 'success',
      url: 'https://forge/comment',
    });
    expect(status.description.length).toBeLessThanOrEqual(140);
    expect(readApprovalText(status.description)).toEqual({ kind: 'plan', digest: DIGEST });
  });

  it('is none to approve where something cannot be planned or a guard refuses', () => {
    const refusal = { code: 'EMPTY_RENDER', application: 'web', message: 'empty', keys: [] } as const;
    for (const one of [environment({ errors: [error('x')] }), environment({ refusals: [refusal] })]) {
      const { state, description } = statusOf(one, undefined);
      expect(state).toBe('failure');
      expect(readApprovalText(description)).toBeUndefined();
    }
  });

  it('is read only as it is written', () => {
    expect(
      readApprovalText(approvalText({ kind: 'rendered', digest: DIGEST }, 'x'.repeat(200))),
    ).toBeDefined();
    for (const text of [
      '',
      `plan ${DIGEST}`,
      `x plan ${DIGEST} · y`,
      `Plan ${DIGEST} · y`,
      'plan sha256:55 · y',
    ])
      expect(readApprovalText(text)).toBeUndefined();
  });
});
