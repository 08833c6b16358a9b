import { describe, expect, it } from 'vitest';
import { mergedBy } from './merged.ts';

describe('the pull request that a commit was merged by', () => {
  it.each([
    ['Merge pull request #12 from ada/change\n\nTitle', 12],
    ["Merge pull request 'Title (#3)' (#12) from change into main", 12],
    ['Merged in change (pull request #12)', 12],
    ["Merge branch 'change' into 'main'\n\nTitle\n\nSee merge request shop/web!12\n", 12],
    ['web: three replicas (#12)\n\nBecause', 12],
  ])('is read in %j', (message, number) => {
    expect(mergedBy({ subject: message.split('\n')[0]!, message })?.number).toBe(number);
  });

  it.each([
    'web: three replicas',
    'Fixes #12',
    'web: three\n\nas in (#12)\nand more',
    'Merge pull request #x from y',
    '',
  ])('is not made up for %j', (message) => {
    expect(mergedBy({ subject: message.split('\n')[0]!, message })).toBeUndefined();
  });
});
