/** The rules that Truekeel brings along. */
import type { Rule } from './rule.ts';
import { CONTAINER_RULES } from './rules/containers.ts';
import { NEIGHBOUR_RULES } from './rules/neighbours.ts';
import { POD_RULES } from './rules/pods.ts';

export const STARTER_RULES: readonly Rule[] = [...CONTAINER_RULES, ...POD_RULES, ...NEIGHBOUR_RULES];
