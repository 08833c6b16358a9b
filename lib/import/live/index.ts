/** From live objects to what people wrote of them. A door of its own, as it knows what an API server fills in, which is much
 * to load. */
export { type Written, writtenPart } from './written.ts';
