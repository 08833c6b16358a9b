import type { Command } from '../command.ts';
import { paragraph, planDroppedEdges, planNotes, planRefusals, planTable } from '../print-plan.ts';
import { showPlan } from '../show-plan.ts';

export const command: Command = (_args, flags, context) =>
  showPlan(flags, context, {
    lines: (plan, paint) => [
      ...paragraph(planTable(plan, paint)),
      ...paragraph(planDroppedEdges(plan, paint)),
      ...planNotes(plan, paint),
      ...planRefusals(plan, paint),
    ],
    guarded: true,
  });
