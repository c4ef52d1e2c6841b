/**
 * Characters that look like nothing or like a plain space: controls, spaces of other kinds, marks of direction.
 * @see https://www.unicode.org/Public/UNIDATA/PropList.txt (White_Space, Bidi_Control), category Cf
 */
export const INVISIBLE = /[^\P{Cc}\t\n\r]|(?! )\p{Zs}|\p{Cf}|[\u2028\u2029\u3164\u115f\u1160]/gu;
