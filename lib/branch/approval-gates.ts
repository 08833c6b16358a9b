import { z } from 'zod';
import type { ApprovalGate } from '../objects/index.ts';

const approvalGate = z.looseObject({
  type: z.literal('approval'),
  people: z.array(z.string()).exactOptional(),
  teams: z.array(z.string()).exactOptional(),
  count: z.int().positive(),
});

/** Those of an environment's gates on which people decide.
 * @param written as they stand in the manifest. Of what a newer version wrote otherwise nobody can tell who decides: it throws
 * @throws Error for one that cannot be read */
export function readApprovalGates(written: readonly { readonly type: string }[]): readonly ApprovalGate[] {
  return written.filter(({ type }) => type === 'approval').map((gate) => approvalGate.parse(gate));
}
