import { letter } from '#server/mail/letter.ts';
import type { Letter } from '#server/mail/mailer.ts';
import type { Language } from '#shared/problem.ts';

/**
 * For somebody new: the address that shows that the letters reach them. Nothing that was typed stands in it, for whoever
 * typed it may be writing to a stranger.
 */
export const welcomeLetter = (to: string, language: Language, { url }: { url: string }): Letter =>
  letter(to, language, {
    fr: {
      subject: 'Bienvenue sur fredu : confirmez votre adresse',
      text: `Bonjour,

Pour terminer votre inscription, ouvrez ce lien dans les 24 heures :

${url}

Si vous n’avez rien demandé, ne faites rien : aucun compte ne sera créé.
`,
    },
    en: {
      subject: 'Welcome to fredu: confirm your address',
      text: `Hello,

To finish signing up, open this link within 24 hours:

${url}

If you asked for nothing, do nothing: no account will be made.
`,
    },
  });

/** For a parent of somebody under 15: what is asked, and how to agree. */
export const consentLetter = (
  to: string,
  language: Language,
  { url, privacy }: { url: string; privacy: string },
): Letter =>
  letter(to, language, {
    fr: {
      subject: 'Votre accord pour un compte fredu',
      text: `Bonjour,

Un enfant de moins de 15 ans demande un compte sur fredu, la plateforme de cours, et vous désigne comme parent.
Nous gardons son adresse, son nom, les cours suivis et ce qu’il écrit dans les discussions ; rien n’est vendu ni transmis.
Si vous êtes d’accord, ouvrez ce lien dans les 24 heures :

${url}

Ce que nous gardons, et combien de temps : ${privacy}

Sans votre accord, aucun compte ne sera créé et ces données seront effacées.
`,
    },
    en: {
      subject: 'Your consent to a fredu account',
      text: `Hello,

A child under 15 asks for an account on fredu, the course platform, and names you as a parent.
We keep the child's address, name, courses and what is written in discussions; nothing is sold or passed on.
If you agree, open this link within 24 hours:

${url}

What we keep, and for how long (in French): ${privacy}

Without your consent no account will be made and these data will be erased.
`,
    },
  });

/** For a parent who agreed: that it is remembered, and how to take it back. */
export const consentedLetter = (to: string, language: Language, { url }: { url: string }): Letter =>
  letter(to, language, {
    fr: {
      subject: 'Votre accord pour un compte fredu est enregistré',
      text: `Bonjour,

Vous avez donné votre accord pour le compte d’un enfant de moins de 15 ans sur fredu. Nous gardons votre adresse et la date
de cet accord avec le compte, et les effaçons avec lui.
Vous pouvez le retirer à tout moment : le compte est alors fermé, puis effacé. Gardez cet e-mail, et ouvrez pour cela ce lien :

${url}
`,
    },
    en: {
      subject: 'Your consent to a fredu account was recorded',
      text: `Hello,

You agreed to the account of a child under 15 on fredu. We keep your address and the date of this consent with the
account, and erase them with it.
You can take it back at any time: the account is then closed, and erased. Keep this e-mail, and open this link to do so:

${url}
`,
    },
  });

/** For somebody who signs up a second time: that they have an account already, said to nobody but them. */
export const alreadyLetter = (to: string, language: Language, { url }: { url: string }): Letter =>
  letter(to, language, {
    fr: {
      subject: 'Vous avez déjà un compte fredu',
      text: `Bonjour,

Quelqu’un, sans doute vous, vient de demander un compte avec cette adresse, qui en a déjà un.
Si vous avez oublié votre mot de passe, choisissez-en un autre ici :

${url}

Si ce n’était pas vous, ne faites rien.
`,
    },
    en: {
      subject: 'You already have a fredu account',
      text: `Hello,

Somebody, most likely you, asked for an account with this address, which has one already.
If you have forgotten your password, choose another one here:

${url}

If it was not you, do nothing.
`,
    },
  });

/** The address by which one chooses a new password. */
export const recoveryLetter = (to: string, language: Language, { url }: { url: string }): Letter =>
  letter(to, language, {
    fr: {
      subject: 'Choisissez un nouveau mot de passe',
      text: `Bonjour,

Pour choisir un nouveau mot de passe, ouvrez ce lien dans l’heure :

${url}

Si vous n’avez rien demandé, ne faites rien : votre mot de passe reste le même.
`,
    },
    en: {
      subject: 'Choose a new password',
      text: `Hello,

To choose a new password, open this link within the hour:

${url}

If you asked for nothing, do nothing: your password stays as it is.
`,
    },
  });

/** The address by which somebody shows that letters to a new address reach them. */
export const newEmailLetter = (to: string, language: Language, { url }: { url: string }): Letter =>
  letter(to, language, {
    fr: {
      subject: 'Confirmez votre nouvelle adresse',
      text: `Bonjour,

Quelqu’un, sans doute vous, veut utiliser cette adresse pour son compte fredu. Pour la confirmer, ouvrez ce lien dans les 24 heures :

${url}

Si vous n’avez rien demandé, ne faites rien : aucun compte n’aura cette adresse.
`,
    },
    en: {
      subject: 'Confirm your new address',
      text: `Hello,

Somebody, most likely you, wants to use this address for their fredu account. To confirm it, open this link within 24 hours:

${url}

If you asked for nothing, do nothing: no account will have this address.
`,
    },
  });

/** To the address before: that the account has another one, in case it was somebody else. */
export const emailChangedLetter = (to: string, language: Language): Letter =>
  letter(to, language, {
    fr: {
      subject: 'L’adresse de votre compte a été changée',
      text: `Bonjour,

Votre compte fredu a maintenant une autre adresse e-mail ; celle-ci ne sert plus à vous connecter.
Si ce n’était pas vous, quelqu’un connaît votre mot de passe : écrivez tout de suite à un administrateur de la plateforme.
`,
    },
    en: {
      subject: 'The address of your account was changed',
      text: `Hello,

Your fredu account has another e-mail address now; this one no longer signs you in.
If it was not you, somebody knows your password: write to an administrator of the platform at once.
`,
    },
  });

/** That the password was changed, in case it was somebody else. */
export const changedLetter = (to: string, language: Language, { url }: { url: string }): Letter =>
  letter(to, language, {
    fr: {
      subject: 'Votre mot de passe a été changé',
      text: `Bonjour,

Votre mot de passe vient d’être changé, et vos autres sessions ont pris fin.
Si ce n’était pas vous, reprenez votre compte tout de suite :

${url}
`,
    },
    en: {
      subject: 'Your password was changed',
      text: `Hello,

Your password has just been changed, and your other sessions have ended.
If it was not you, take your account back at once:

${url}
`,
    },
  });

/** That a code is asked for from now on, or no longer, in case it was somebody else. */
export const secondFactorLetter = (
  to: string,
  language: Language,
  { isOn, url }: { isOn: boolean; url: string },
): Letter =>
  letter(to, language, {
    fr: {
      subject: isOn
        ? 'Un code est désormais demandé à la connexion'
        : 'Plus aucun code n’est demandé à la connexion',
      text: `Bonjour,

${
  isOn
    ? 'Pour vous connecter à fredu, un code de votre téléphone est désormais demandé après le mot de passe. Gardez vos codes de secours.'
    : 'Pour vous connecter à fredu, le mot de passe suffit de nouveau : le code de votre téléphone n’est plus demandé.'
}
Si ce n’était pas vous, changez votre mot de passe tout de suite, et écrivez à un administrateur de la plateforme :

${url}
`,
    },
    en: {
      subject: isOn ? 'A code is asked for at sign-in now' : 'No code is asked for at sign-in any more',
      text: `Hello,

${
  isOn
    ? 'To sign in to fredu, a code of your telephone is asked for after the password from now on. Keep your recovery codes.'
    : 'To sign in to fredu, the password is enough again: the code of your telephone is not asked for any more.'
}
If it was not you, change your password at once, and write to an administrator of the platform:

${url}
`,
    },
  });

/** For an administrator: that somebody says that they teach, and waits. */
export const teacherWaitsLetter = (to: string, language: Language, { url }: { url: string }): Letter =>
  letter(to, language, {
    fr: {
      subject: 'Une personne demande à enseigner',
      text: `Bonjour,

Une personne s’est inscrite sur fredu pour enseigner, et attend d’être confirmée ; d’ici là, elle a un compte d’élève.
Pour voir qui, et répondre :

${url}
`,
    },
    en: {
      subject: 'Somebody asks to teach',
      text: `Hello,

Somebody has signed up to fredu to teach, and waits to be confirmed; until then they have the account of a student.
To see who it is, and to answer:

${url}
`,
    },
  });

/** For somebody who waited: that they may teach now. */
export const teacherConfirmedLetter = (to: string, language: Language, { url }: { url: string }): Letter =>
  letter(to, language, {
    fr: {
      subject: 'Vous pouvez maintenant enseigner sur fredu',
      text: `Bonjour,

Votre compte est confirmé : connectez-vous de nouveau, et écrivez votre premier cours ici :

${url}
`,
    },
    en: {
      subject: 'You may now teach on fredu',
      text: `Hello,

Your account is confirmed: sign in again, and write your first course here:

${url}
`,
    },
  });
