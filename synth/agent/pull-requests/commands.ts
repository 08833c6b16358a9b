/** Commands in comments: reads them, checks who asks, has them done, and says so in place. */
import { type Forge, isForgeError, keepComment } from '../../../lib/forge/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { code, plain } from '../../review/markdown.ts';
import { type AgentLog, describe } from '../log.ts';
import type { Asked, CommandPort, Done } from './command-port.ts';
import { type CommentCommand, parseCommands } from './parse-commands.ts';
import { type CommandName, type CommandRules, formatRole, hasRole, type Role } from './roles.ts';

export interface CommandsOptions {
  readonly forge: Forge;
  readonly rules: CommandRules;
  readonly port: CommandPort;
  /** Commands about other environments are for the agents of those. */
  readonly environment: string;
  readonly log: AgentLog;
}

export interface AskingComment extends Asked {
  readonly body: string;
}

/** What is to be done, how it is to be asked for instead, or nothing of ours. */
type Understood = (() => Done) | { readonly usage: string } | undefined;

interface Row {
  readonly understand: (port: CommandPort, asked: Asked, args: readonly string[], own: string) => Understood;
}

/** Acts on the agent's own environment only. */
function onEnvironment(
  usage: string,
  run: (port: CommandPort, asked: Asked, environment: string, rest: readonly string[]) => Understood,
): Row {
  return {
    understand: (port, asked, [environment, ...rest], own) => {
      if (environment === undefined) return { usage };
      return environment === own ? run(port, asked, environment, rest) : undefined;
    },
  };
}

const COMMIT = /^[0-9a-f]{7,64}$/i;

const TABLE: Readonly<Record<CommandName, Row>> = {
  approve: {
    understand: ({ approve }, asked, args) => {
      if (!approve) return undefined;
      return args.length === 0 ? () => approve(asked) : { usage: '/approve' };
    },
  },
  preview: {
    understand: ({ preview }, asked, args) => {
      if (!preview) return undefined;
      const [commit] = args;
      if (args.length > 1 || (commit !== undefined && !COMMIT.test(commit)))
        return { usage: '/preview, or /preview COMMIT for a pull request from another repository' };
      return () => preview(asked, commit?.toLowerCase());
    },
  },
  rollback: onEnvironment('/rollback ENVIRONMENT [COMMIT]', ({ rollback }, asked, environment, rest) => {
    if (!rollback) return undefined;
    const [to] = rest;
    if (rest.length > 1 || (to !== undefined && !COMMIT.test(to)))
      return { usage: '/rollback ENVIRONMENT [COMMIT]' };
    return () => rollback(asked, environment, to);
  }),
  hold: onEnvironment(
    '/hold ENVIRONMENT [REASON], or /hold ENVIRONMENT release',
    (port, asked, environment, rest) => {
      const { hold, releaseHold } = port;
      if (rest.length === 1 && rest[0]?.toLowerCase() === 'release')
        return releaseHold && (() => releaseHold(asked, environment));
      return hold && (() => hold(asked, environment, rest.join(' ')));
    },
  ),
  promote: onEnvironment('/promote ENVIRONMENT', ({ promote }, asked, environment, rest) => {
    if (!promote) return undefined;
    return rest.length === 0 ? () => promote(asked, environment) : { usage: '/promote ENVIRONMENT' };
  }),
};

export class Commands {
  readonly #options: CommandsOptions;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /** Has the commands of a comment carried out, in their order.
   * @throws what another try may mend: the forge or the repository is away */
  async run(comment: AskingComment): Promise<void> {
    const { forge } = this.#options;
    const wanted = parseCommands(comment.body).flatMap((command) => {
      const roles = this.#rolesOf(command.name);
      const understood = roles && this.#understand(command, comment);
      return roles && understood ? [{ command, roles, understood }] : [];
    });
    if (wanted.length === 0) return;
    const us = await forge.user();
    if (us.login === comment.by.login) return;
    await forge.react(comment.number, comment.commentId, 'seen');
    const answers: string[] = [];
    let refused = false;
    for (const { command, roles, understood } of wanted) {
      const said = `${code(`/${command.name}`)}`;
      if (!(await this.#mayRun(comment, command, roles))) {
        refused = true;
        answers.push(`${said} is for others: ${roles.map((role) => code(formatRole(role))).join(' or ')}.`);
        this.#tell(comment, command, 'not for them');
      } else if (typeof understood !== 'function') {
        refused = true;
        answers.push(`It is ${code(understood.usage)}.`);
      } else {
        const answer = await this.#carryOut(comment, command, understood);
        refused ||= !answer.done;
        answers.push(`${said}: ${answer.text}`);
      }
    }
    const body = answers.join('\n\n').slice(0, forge.limits.comment - MARKER_ROOM);
    await keepComment(forge, comment.number, { subject: `command ${comment.commentId}`, body });
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

  #rolesOf(name: string) {
    // What is no name of a command is in no rule.
    return this.#options.rules.get(name as CommandName);
  }

  #understand({ name, args }: CommentCommand, asked: Asked): Understood {
    const { port, environment } = this.#options;
    return TABLE[name as CommandName].understand(port, asked, args, environment);
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
