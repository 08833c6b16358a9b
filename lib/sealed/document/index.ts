/** Sealed files without their keys: in comes the text of a file that SOPS sealed, out goes what can be said of it, and the
 * form in which a Secret is rendered. What programs, rendering and plans load; it opens nothing. */
export { formatOf, readSealed } from './document.ts';
export {
  closedSecret,
  isSealed,
  recipientsOf,
  type SealedField,
  sealedContent,
  sealedManifest,
} from './sealed-object.ts';
export { secretEntries, secretType } from './secret-entries.ts';
