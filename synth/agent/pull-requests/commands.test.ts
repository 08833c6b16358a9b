import { describe, expect, test } from 'vitest';
import type { Forge, PullRequestComment } from '../../../lib/forge/index.ts';
import type { AgentLog } from '../log.ts';
import { Commands } from './commands.ts';
import { parseRules } from './roles.ts';

const nothing = () => {};
const log: AgentLog = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** An agent of `staging` that says which entry of its port it was asked for. */
function agent(rules: string, { serves = [] as readonly string[] } = {}) {
  const comments: PullRequestComment[] = [];
  const signs: string[] = [];
  const us = { id: '9', login: 'keel-bot' };
  const one: Pick<Forge, 'user' | 'react' | 'comments' | 'createComment' | 'permission' | 'limits'> = {
    limits: { comment: 60_000, statusDescription: 140 },
    user: async () => us,
    react: async (_number, _id, sign) => void signs.push(sign),
    comments: async () => comments,
    createComment: async (_number, body) => {
      const comment = { id: '1', author: us, body, url: '' };
      comments.push(comment);
      return comment;
    },
    permission: async ({ login }) => (login === 'ada' ? 'admin' : 'read'),
  };
  const asked: string[] = [];
  const rendered: string[] = [];
  const commands = new Commands({
    // Nothing else of it is asked.
    forge: one as Forge,
    rules: parseRules([rules]),
    environment: 'staging',
    log,
    port: {
      rollback: async () => String(asked.push('propose')),
      rollbackNow: async () => String(asked.push('push')),
      promote: {
        serves: async (environment) => {
          rendered.push(environment);
          return serves.includes(environment);
        },
        to: async (_asked, environment) => String(asked.push(`promote ${environment}`)),
      },
    },
  });
  let written = 0;
  const says = async (login: string, body: string) => {
    await commands.run({
      ...{ number: 7, commentId: String(++written), at: 0, url: 'https://git.example.com/7' },
      by: { id: login, login },
      body,
    });
    return { asked, signs, answer: comments.map((comment) => comment.body).join('\n') };
  };
  return { says, rendered };
}

describe('/rollback', () => {
  test.each([
    ['proposes, where nobody may push', 'rollback=read', 'ada', ['propose']],
    ['pushes for who may, and proposes for others', 'rollback=read rollback-push=admin', 'ada', ['push']],
    ['proposes for who may not push', 'rollback=read rollback-push=admin', 'grace', ['propose']],
    ['pushes where only that has a rule', 'rollback-push=admin', 'ada', ['push']],
  ])('%s', async (_, rules, login, expected) => {
    const { asked, signs } = await agent(rules).says(login, '/rollback staging');
    expect(asked).toEqual(expected);
    expect(signs).toEqual(['seen', 'done']);
  });

  test('is for those whom one of its rules names', async () => {
    const { asked, signs, answer } = await agent('rollback=user:bob rollback-push=admin').says(
      'grace',
      '/rollback staging',
    );
    expect(asked).toEqual([]);
    expect(signs).toEqual(['seen', 'refused']);
    expect(answer).toContain('`admin` or `user:bob`');
  });

  test('is nobody’s where no rule is for it, and another agent’s of another environment', async () => {
    for (const [rules, body] of [
      ['preview=read', '/rollback staging'],
      ['rollback=read', '/rollback production'],
    ] as const) {
      const { asked, signs, answer } = await agent(rules).says('ada', body);
      expect([asked, signs, answer]).toEqual([[], [], '']);
    }
  });
});

describe('/promote', () => {
  test('is for the agent’s own environment, and those that it promotes to', async () => {
    const { says } = agent('promote=read', { serves: ['production'] });
    expect((await says('ada', '/promote staging')).asked).toEqual(['promote staging']);
    expect((await says('ada', '/promote production')).asked).toEqual([
      'promote staging',
      'promote production',
    ]);
    expect((await says('ada', '/promote elsewhere')).asked).toHaveLength(2);
  });

  test('has nothing rendered for who may not, whosever the environment is', async () => {
    const { says, rendered } = agent('promote=admin', { serves: ['production'] });
    for (const environment of ['production', 'elsewhere'])
      expect(await says('grace', `/promote ${environment}`)).toEqual({ asked: [], signs: [], answer: '' });
    const own = await says('grace', '/promote staging');
    expect(own.signs).toEqual(['seen', 'refused']);
    expect(own.answer).toContain('is for others: `admin`');
    expect(rendered).toEqual([]);
    expect((await says('ada', '/promote production')).asked).toEqual(['promote production']);
    expect(rendered).toEqual(['production']);
  });
});
