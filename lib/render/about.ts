/** What an application says of itself for people: who looks after it, and where more about it is to be found. */
import type { AboutApplication } from '../objects/index.ts';
import type { Problems } from './problems.ts';
import type { CollectedApplication } from './tree/index.ts';

/** @returns what is right of it; what is wrong has been added to the problems */
export function aboutOf(application: CollectedApplication, problems: Problems): AboutApplication {
  const { owners = [], links = [] } = application;
  const wrong = (message: string, hint: string) =>
    problems.add(application, {
      code: 'INVALID_SETTING',
      message: `application ${application.name} ${message}`,
      hint,
    });
  // What comes from a program may be anything.
  for (const owner of owners.filter((one) => !isText(one))) {
    wrong(`has the owner ${JSON.stringify(owner)}`, 'Name a team or a person.');
  }
  for (const { title, url } of links) {
    if (!isText(title)) wrong(`has a link to ${url} without a title`, 'Say what is to be found there.');
    if (!isWebAddress(url)) {
      wrong(`links to ${JSON.stringify(url)}`, 'Give an address that begins with https:// or http://.');
    }
  }
  return {
    ...(owners.length > 0 && { owners: [...new Set(owners)] }),
    ...(links.length > 0 && { links: links.map(({ title, url }) => ({ title, url })) }),
  };
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function isWebAddress(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === 'https:' || protocol === 'http:';
}
