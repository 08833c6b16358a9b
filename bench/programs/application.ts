/** The module of one application. */
import type { Application } from 'truekeel';
import { addUnits } from './units.ts';

export default (application: Application): void => addUnits(application, 20);
