/** What is to be done for a pull request. Jobs are written down before a webhook is answered, and taken up again by the next
 * process when this one dies: so each of them can be done twice. */
import { z } from 'zod';

const Number_ = z.number().int().positive();

export const Job = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('review'), number: Number_, head: z.string() }),
  z.strictObject({
    type: z.literal('preview'),
    number: Number_,
    head: z.string(),
    /** Who asked for it by a comment. */
    owner: z.string().optional(),
    /** The commit of a fork that they looked at. */
    trusted: z.string().optional(),
  }),
  /** The pull request is no longer open. */
  z.strictObject({ type: z.literal('end'), number: Number_ }),
  /** What is proposed may be approved by now. */
  z.strictObject({ type: z.literal('finish'), number: Number_ }),
  z.strictObject({
    type: z.literal('command'),
    number: Number_,
    commentId: z.string(),
    by: z.strictObject({ id: z.string(), login: z.string() }),
    at: z.number(),
    body: z.string(),
  }),
]);
export type Job = z.infer<typeof Job>;

/** A job takes the place of a waiting one of this name: of a pull request, only the newest state is of interest. */
export function nameOf(job: Job): string {
  if (job.type === 'command') return `command ${job.commentId}`;
  // "preview" and "end" both say how the preview shall be.
  return `${job.type === 'end' ? 'preview' : job.type} ${job.number}`;
}

/** What is not done again once it was done; undefined for what always may be.  */
export function doneOnce(job: Job): string | undefined {
  if (job.type === 'command') return nameOf(job);
  return job.type === 'review' ? `review ${job.number} ${job.head}` : undefined;
}
