/** One thing wrong with one field. `type` is the cause's reason. */
export interface FieldError {
  readonly type:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate'
    | 'FieldValueNotFound'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueTypeInvalid';
  /** `spec.ports[0].port` */
  readonly field: string;
  /** Everything after the field: `Required value`, `Invalid value: "x": must be …`. */
  readonly message: string;
}
