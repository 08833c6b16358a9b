import type { Command } from '../command.ts';
import { planRefusals, planTable } from '../print-plan.ts';
import { paragraph, showPlan } from '../show-plan.ts';

export const command: Command = (_args, flags, context) =>
  showPlan(flags, context, {
    lines: (plan, paint) => [...paragraph(planTable(plan, paint)), ...planRefusals(plan, paint)],
    guarded: true,
  });
