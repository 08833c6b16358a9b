import type { Identity } from '../../lib/git/index.ts';

/** The agent is nobody that mail reaches (RFC 6761, "invalid"). */
export function agentIdentity(): Identity {
  return {
    name: 'Truekeel agent',
    email: 'agent@truekeel.invalid',
    seconds: Math.floor(Date.now() / 1000),
    timezone: '+0000',
  };
}
