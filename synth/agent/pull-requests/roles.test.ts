import { describe, expect, test } from 'vitest';
import type { Forge, Permission } from '../../../lib/forge/index.ts';
import { formatRole, hasRole, parseRules } from './roles.ts';

const ada = { id: '1', login: 'Ada' };

/** A forge that knows one person. */
function forge(permission: Permission, teams: readonly string[] = []) {
  const asked: string[] = [];
  const one: Pick<Forge, 'permission' | 'isMember'> = {
    permission: async () => {
      asked.push('permission');
      return permission;
    },
    isMember: async (team) => {
      asked.push(team);
      return teams.includes(team);
    },
  };
  // Nothing else of it is asked.
  return { asked, forge: one as Forge };
}

const rolesOf = (text: string) => parseRules([`preview=${text}`]).get('preview') ?? [];

describe('who may', () => {
  test.each([
    ['write', 'write', true],
    ['write', 'admin', true],
    ['write', 'read', false],
    ['admin', 'write', false],
    ['read', 'none', false],
  ] as const)('%s, having %s: %s', async (wanted, has, may) => {
    expect(await hasRole(forge(has).forge, ada, rolesOf(wanted))).toBe(may);
  });

  test('is a person by name, without a question', async () => {
    const { asked, forge: one } = forge('none');
    expect(await hasRole(one, ada, rolesOf('user:ada'))).toBe(true);
    expect(asked).toEqual([]);
    expect(await hasRole(one, ada, rolesOf('user:grace'))).toBe(false);
  });

  test('is a member of a team, or has a permission that is asked for once', async () => {
    const { asked, forge: one } = forge('write', ['shop/release']);
    expect(await hasRole(one, ada, rolesOf('admin,team:shop/web,write'))).toBe(true);
    expect(asked).toEqual(['permission', 'shop/web']);
    expect(await hasRole(one, ada, rolesOf('team:shop/release'))).toBe(true);
  });

  test('is nobody, where no rule says so', async () => {
    expect(await hasRole(forge('admin').forge, ada, [])).toBe(false);
    expect(parseRules([]).size).toBe(0);
  });
});

describe('rules', () => {
  test('are read from one text as from several, and written as they are read', () => {
    const rules = parseRules(['preview=write  promote=team:shop/release,user:ada', 'promote=admin']);
    expect([...rules.keys()]).toEqual(['preview', 'promote']);
    expect(rules.get('promote')?.map(formatRole)).toEqual(['team:shop/release', 'user:ada', 'admin']);
  });

  test.each([
    'preview',
    'preview=',
    'deploy=write',
    'preview=owner',
    'preview=team:shop',
    'preview=none',
    '=write',
  ])('cannot be %j', (text) => {
    expect(() => parseRules([text])).toThrow(expect.objectContaining({ code: 'INVALID_FLAG' }));
  });
});
