declare const brand: unique symbol;
/** Stands for a session as it was written down once: whoever changes it makes another one of it. */
export type Revision = string & { readonly [brand]: 'Revision' };
