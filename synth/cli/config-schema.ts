import { z } from 'zod';

/** Whose signatures count. */
const Signers = z
  .strictObject({
    /** A list of SSH keys ("ALLOWED SIGNERS" of ssh-keygen), relative to the root of the repository. */
    allowedSigners: z.string().min(1).optional(),
    /** Fingerprints of OpenPGP keys of the keyring. */
    trustedKeys: z.array(z.string().min(1)).min(1).optional(),
  })
  .refine(({ allowedSigners, trustedKeys }) => allowedSigners !== undefined || trustedKeys !== undefined, {
    message: 'name allowedSigners, trustedKeys or both: an empty list would trust nobody',
  });
export type Signers = z.infer<typeof Signers>;

/** The shape of `truekeel.config.ts`'s default export. */
export const Config = z.strictObject({
  /** The program, relative to the root of the repository, or a command, which only runs with `--allow-commands`. Default
   * `main.ts`. */
  app: z.string().min(1).optional(),
  /** Seconds that the program may take. Default 120. */
  programTimeout: z.number().int().positive().max(3600).optional(),
  /** MiB of heap that the program may take. Default 2048. */
  programMemory: z.number().int().min(64).max(65_536).optional(),
  /** The environment that commands work on when `--environment` is not given. */
  environment: z.string().min(1).optional(),
  kubeconfig: z.string().min(1).optional(),
  context: z.string().min(1).optional(),
  /** The remote that rendered branches are pushed to. Default `origin`. */
  remote: z.string().min(1).optional(),
  /** The key that signs rendered commits: `ssh:FILE` or `openpgp:KEY`. They are not signed when absent. */
  sign: z.string().min(1).optional(),
  /** Seconds that `apply` waits for readiness. Default 300. */
  timeout: z.number().int().positive().optional(),
  /** Seconds that an object may stand still on its way to being ready. Default 180. */
  noProgressTimeout: z.number().int().positive().optional(),
  /** The most requests to send to a cluster in a second. No limit when absent. */
  requestsPerSecond: z.number().positive().optional(),
  /** The most writes to have under way at a time. Found out when absent. */
  writesInFlight: z.number().int().positive().optional(),
  /** Starter policies that whatever is planned and applied keeps, by name: `true` for as usual, `starter` for all. */
  policies: z.record(z.string(), z.union([z.literal(true), z.enum(['error', 'warning', 'off'])])).optional(),
  /** ValidatingAdmissionPolicies that it keeps: a YAML file, or a folder, relative to the root of the repository. */
  admissionPolicies: z.string().min(1).optional(),
  /** Policies by which a rendered branch has to have been judged, by name. */
  requiredPolicies: z.array(z.string().min(1)).optional(),
  /** Who has to have signed the rendered commits that are planned, applied and verified, and the source commits that they
   * are made of. */
  signatures: z.strictObject({ rendered: Signers.optional(), source: Signers.optional() }).optional(),
});
export type Config = z.infer<typeof Config>;
