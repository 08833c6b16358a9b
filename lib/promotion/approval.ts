import type { ApprovalGate } from '../objects/index.ts';
import type { Approver, CheckPorts } from './check-ports.ts';
import type { GateAnswer } from './gate-result.ts';

/** Whether so many of those who are named have approved.
 * @param approvals undefined where there is nothing that can be approved */
export async function checkApproval(
  { people = [], teams = [], count }: ApprovalGate,
  approvals: readonly Approver[] | undefined,
  isMember: CheckPorts['isMember'],
): Promise<GateAnswer> {
  const asked = [...people, ...teams].join(', ');
  if (approvals === undefined)
    return { state: 'waiting', why: `${count} of ${asked} have to approve a pull request` };
  const named = new Set(people.map((name) => name.toLowerCase()));
  const who: string[] = [];
  for (const user of approvals) {
    let counts = named.has(user.login.toLowerCase());
    for (const team of counts ? [] : teams) counts ||= (await isMember?.(team, user)) ?? false;
    if (counts && !who.includes(user.login)) who.push(user.login);
  }
  if (who.length >= count) return { state: 'passed', why: `approved by ${who.join(', ')}` };
  const said = who.length === 0 ? '' : `, and so far ${who.join(', ')} did`;
  return { state: 'waiting', why: `${count} of ${asked} have to approve${said}` };
}
