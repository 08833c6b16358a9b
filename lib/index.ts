export * from './constructs/index.ts';
