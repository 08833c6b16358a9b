/** Commands in comments: reads them, checks who asks, has them done, and says so in place. */
import { type Forge, isForgeError, keepComment } from '../../../lib/forge/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { code, plain } from '../../review/index.ts';
import { type AgentLog, describe } from '../log.ts';
import type { Asked, CommandPort, Done } from './command-port.ts';
import { type CommentCommand, parseCommands } from './parse-commands.ts';
import {
  type CommandName,
  type CommandRules,
  formatRole,
  hasRole,
  hasRuleFor,
  type Role,
  type RuleName,
} from './roles.ts';

export interface CommandsOptions {
  readonly forge: Forge;
  readonly rules: CommandRules;
  readonly port: CommandPort;
  /** Commands about other environments are for the agents of those, but for promotion. */
  readonly environment: string;
  readonly log: AgentLog;
}

export interface AskingComment extends Asked {
  readonly body: string;
}

/** One way to do what was asked, for those whom the rule names. */
interface Way {
  readonly rule: RuleName;
  readonly run: () => Done;
}

/** What may be done, of which the first that the asker may is; how it is to be asked for instead; or nothing of ours. */
type Understood = readonly Way[] | { readonly usage: string } | undefined;

type Understand = (
  port: CommandPort,
  asked: Asked,
  args: readonly string[],
  agent: {
    /** Its environment. */
    readonly own: string;
    /** Whether the one who asks is named by a rule. */
    readonly may: (rule: RuleName) => Promise<boolean>;
  },
) => Understood | Promise<Understood>;

/** Acts on the agent's own environment only. */
function onOwn(
  usage: string,
  run: (port: CommandPort, asked: Asked, rest: readonly string[]) => Understood,
): Understand {
  return (port, asked, [environment, ...rest], { own }) => {
    if (environment === undefined) return { usage };
    return environment === own ? run(port, asked, rest) : undefined;
  };
}

const COMMIT = /^[0-9a-f]{7,64}$/i;

const ROLLBACK = '/rollback ENVIRONMENT [COMMIT]';
const PROMOTE = '/promote ENVIRONMENT';

const TABLE: Readonly<Record<CommandName, Understand>> = {
  approve: ({ approve }, asked, args) => {
    if (!approve) return undefined;
    return args.length === 0 ? [{ rule: 'approve', run: () => approve(asked) }] : { usage: '/approve' };
  },
  preview: ({ preview }, asked, args) => {
    if (!preview) return undefined;
    const [commit] = args;
    if (args.length > 1 || (commit !== undefined && !COMMIT.test(commit)))
      return { usage: '/preview, or /preview COMMIT for a pull request from another repository' };
    return [{ rule: 'preview', run: () => preview(asked, commit?.toLowerCase()) }];
  },
  rollback: onOwn(ROLLBACK, ({ rollback, rollbackNow }, asked, rest) => {
    const [to] = rest;
    if (rest.length > 1 || (to !== undefined && !COMMIT.test(to))) return { usage: ROLLBACK };
    return [
      ...(rollbackNow ? [{ rule: 'rollback-push' as const, run: () => rollbackNow(asked, to) }] : []),
      ...(rollback ? [{ rule: 'rollback' as const, run: () => rollback(asked, to) }] : []),
    ];
  }),
  hold: onOwn('/hold ENVIRONMENT [REASON], or /hold ENVIRONMENT release', (port, asked, rest) => {
    const { hold, releaseHold } = port;
    const isRelease = rest.length === 1 && rest[0]?.toLowerCase() === 'release';
    const run = isRelease
      ? releaseHold && (() => releaseHold(asked))
      : hold && (() => hold(asked, rest.join(' ')));
    return run && [{ rule: 'hold', run }];
  }),
  promote: async ({ promote }, asked, [environment, ...rest], { own, may }) => {
    if (!promote) return undefined;
    if (environment === undefined) return { usage: PROMOTE };
    // To find out whose it is the program is run: not for anybody who writes a comment.
    if (environment !== own && !((await may('promote')) && (await promote.serves(environment))))
      return undefined;
    return rest.length === 0
      ? [{ rule: 'promote', run: () => promote.to(asked, environment) }]
      : { usage: PROMOTE };
  },
};

interface Wanted {
  readonly command: CommentCommand;
  readonly understood: NonNullable<Understood>;
}

export class Commands {
  readonly #options: CommandsOptions;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /** Has the commands of a comment carried out, in their order.
   * @throws what another try may mend: the forge or the repository is away */
  async run(comment: AskingComment): Promise<void> {
    const { forge } = this.#options;
    const wanted: Wanted[] = [];
    for (const command of parseCommands(comment.body)) {
      const understood = await this.#understand(command, comment);
      if (understood) wanted.push({ command, understood });
    }
    if (wanted.length === 0) return;
    const us = await forge.user();
    if (us.login === comment.by.login) return;
    await forge.react(comment.number, comment.commentId, 'seen');
    const answers: string[] = [];
    let refused = false;
    for (const { command, understood } of wanted) {
      const said = `${code(`/${command.name}`)}`;
      if ('usage' in understood) {
        refused = true;
        answers.push(`It is ${code(understood.usage)}.`);
        continue;
      }
      const way = await this.#firstOf(understood, comment, command);
      if (!way) {
        refused = true;
        const roles = understood.flatMap(({ rule }) => this.#options.rules.get(rule) ?? []);
        answers.push(`${said} is for others: ${roles.map((role) => code(formatRole(role))).join(' or ')}.`);
        this.#tell(comment, command, 'not for them');
      } else {
        const answer = await this.#carryOut(comment, command, way.run);
        refused ||= !answer.done;
        answers.push(`${said}: ${answer.text}`);
      }
    }
    const body = answers.join('\n\n').slice(0, forge.limits.comment - MARKER_ROOM);
    // Several agents may have something to say to the same comment.
    const subject = `command ${comment.commentId} ${this.#options.environment}`;
    await keepComment(forge, comment.number, { subject, body });
    await forge.react(comment.number, comment.commentId, refused ? 'refused' : 'done');
  }

  /** What our token may not ask, nobody is let in for. */
  async #mayRun(asked: Asked, command: CommentCommand, roles: readonly Role[]): Promise<boolean> {
    try {
      return await hasRole(this.#options.forge, asked.by, roles);
    } catch (error) {
      if (!isForgeError(error, 'FORGE_FORBIDDEN')) throw error;
      const data = { ...dataOf(asked, command), error: describe(error) };
      this.#options.log.error(data, 'the token may not ask who may run a command');
      return false;
    }
  }

  async #firstOf(ways: readonly Way[], asked: Asked, command: CommentCommand): Promise<Way | undefined> {
    for (const way of ways)
      if (await this.#mayRun(asked, command, this.#options.rules.get(way.rule) ?? [])) return way;
    return undefined;
  }

  /** What no rule is for is ignored, like the commands of other bots. */
  async #understand(command: CommentCommand, asked: Asked): Promise<Understood> {
    const { port, environment: own, rules } = this.#options;
    const { name, args } = command;
    if (!hasRuleFor(rules, name)) return undefined;
    const may = (rule: RuleName) => this.#mayRun(asked, command, rules.get(rule) ?? []);
    // What has a rule is in the table.
    const understood = await TABLE[name as CommandName](port, asked, args, { own, may });
    if (understood === undefined || 'usage' in understood) return understood;
    const ways = understood.filter(({ rule }) => rules.has(rule));
    return ways.length > 0 ? ways : undefined;
  }

  async #carryOut(
    asked: Asked,
    command: CommentCommand,
    run: () => Done,
  ): Promise<{ readonly done: boolean; readonly text: string }> {
    try {
      const text = await run();
      this.#tell(asked, command, 'done');
      return { done: true, text };
    } catch (error) {
      if (!(error instanceof TruekeelError) || error.family === 'error' || error.family === 'not-ready')
        throw error;
      this.#options.log.warn(
        { ...dataOf(asked, command), error: describe(error) },
        'a command could not be carried out',
      );
      const { message, hint } = error;
      return {
        done: false,
        text: [message, hint].flatMap((one) => (one === undefined ? [] : [plain(one)])).join(' '),
      };
    }
  }

  #tell(asked: Asked, command: CommentCommand, outcome: string): void {
    this.#options.log.info({ ...dataOf(asked, command), outcome }, 'a command');
  }
}

/** Left for the line by which the comment is found again. */
const MARKER_ROOM = 500;

function dataOf({ number, commentId, by }: Asked, { name, args }: CommentCommand) {
  return { pullRequest: number, comment: commentId, by: by.login, command: [`/${name}`, ...args].join(' ') };
}
