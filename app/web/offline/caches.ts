/** What was read of the API by the person who is signed in, the newest last: their courses, sections and questions. */
export const READ = 'read';
/** Pictures of the courses that were read. */
export const PICTURES = 'pictures';
/** Courses that the person asked to have without a network: texts and files, until they or their session end. */
export const KEPT = 'kept';

/** Parts of the app itself that were met: fonts, and scripts of pages that few open. */
export const ASSETS = 'assets';

/** Everything here that is a person's, and not the app's. */
export const PERSONAL = [READ, PICTURES, KEPT] as const;
