import type { RenderRequest } from '../pipeline/render.ts';
import type { CommandContext } from './command.ts';
import type { Settings } from './settings.ts';

/** What `--require-approval` asks for: each environment's approval is looked up before its branch moves. Who does not ask for it
 * does not load it.
 * @throws ForgeError when there is no way to the forge */
export async function approvalsOf(
  settings: Settings,
  context: CommandContext,
): Promise<Pick<RenderRequest, 'approvalOf'>> {
  if (settings.flags.requireApproval !== true) return {};
  const [{ ForgeApprovals }, { forgeOf }] = await Promise.all([
    import('../review/index.ts'),
    import('./forge.ts'),
  ]);
  const approvals = new ForgeApprovals(await forgeOf(settings, context));
  return { approvalOf: (environment, source) => approvals.of(environment, source) };
}
