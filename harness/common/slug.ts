/** A name as part of an id or a file name. */
export const slug = (text: string): string => text.replace(/[^\w.-]+/g, '-');
