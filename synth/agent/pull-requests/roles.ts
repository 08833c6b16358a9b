/** Who may have which command run: told by whoever runs the agent, never by the repository, whose files are the work of those
 * who are to be asked (docs/decisions/0028). */
import {
  type Forge,
  type ForgeUser,
  isAtLeastPermission,
  type Permission,
} from '../../../lib/forge/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';

/** One of these is enough. */
export type Role =
  | { readonly kind: 'permission'; readonly permission: Exclude<Permission, 'none'> }
  | { readonly kind: 'team'; readonly team: string }
  | { readonly kind: 'user'; readonly login: string };

export type CommandName = 'approve' | 'hold' | 'promote' | 'rollback' | 'preview';
/** What rules are about: `rollback-push` is `/rollback` without a pull request. */
export type RuleName = CommandName | 'rollback-push';

/** One of them is enough to ask for a command. */
const RULES: Readonly<Record<CommandName, readonly RuleName[]>> = {
  approve: ['approve'],
  hold: ['hold'],
  promote: ['promote'],
  rollback: ['rollback', 'rollback-push'],
  preview: ['preview'],
};
const RULE_NAMES: readonly RuleName[] = Object.values(RULES).flat();

/** Who may have which command run; nobody may the others. */
export type CommandRules = ReadonlyMap<RuleName, readonly Role[]>;

/** Whether anybody may have a command run. */
export function hasRuleFor(rules: CommandRules, command: string): boolean {
  // What somebody wrote may be called like a member of every object.
  return Object.hasOwn(RULES, command) && RULES[command as CommandName].some((name) => rules.has(name));
}

/** Reads `preview=write`, `promote=team:shop/release,user:ada`.
 * @throws TruekeelError `INVALID_FLAG` */
export function parseRules(texts: readonly string[]): CommandRules {
  const rules = new Map<RuleName, readonly Role[]>();
  for (const text of texts.flatMap((one) => one.split(/\s+/)).filter((one) => one !== '')) {
    const [, command, roles = ''] = /^([a-z-]+)=(.+)$/.exec(text) ?? [];
    const name = RULE_NAMES.find((one) => one === command);
    if (name === undefined) throw invalid(text);
    rules.set(name, [...(rules.get(name) ?? []), ...roles.split(',').map((role) => parseRole(role, text))]);
  }
  return rules;
}

function parseRole(role: string, text: string): Role {
  if (role === 'read' || role === 'write' || role === 'admin')
    return { kind: 'permission', permission: role };
  const [, kind, name = ''] = /^(team|user):(\S+)$/.exec(role) ?? [];
  if (kind === 'user') return { kind, login: name };
  if (kind === 'team' && name.includes('/')) return { kind, team: name };
  throw invalid(text);
}

function invalid(text: string): TruekeelError {
  return new TruekeelError(`--commands takes a command and who may run it, not ${JSON.stringify(text)}`, {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: `Commands: ${RULE_NAMES.join(', ')}. Who: read, write or admin, team:ORGANIZATION/TEAM, user:NAME, divided by commas: preview=write promote=team:shop/release,user:ada.`,
  });
}

/** @throws ForgeError when the forge cannot be asked: then nobody is let in */
export async function hasRole(forge: Forge, user: ForgeUser, roles: readonly Role[]): Promise<boolean> {
  let permission: Permission | undefined;
  for (const role of roles) {
    if (role.kind === 'user') {
      if (role.login.toLowerCase() === user.login.toLowerCase()) return true;
    } else if (role.kind === 'team') {
      if (await forge.isMember(role.team, user)) return true;
    } else {
      permission ??= await forge.permission(user);
      if (isAtLeastPermission(permission, role.permission)) return true;
    }
  }
  return false;
}

/** As people write it: `write`, `team:shop/release`. */
export function formatRole(role: Role): string {
  if (role.kind === 'permission') return role.permission;
  return role.kind === 'team' ? `team:${role.team}` : `user:${role.login}`;
}
