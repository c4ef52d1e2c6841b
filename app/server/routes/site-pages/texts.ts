import { KEPT } from '#server/plugins/app/retention.ts';
import type { SitePageName } from '#shared/site-pages.ts';
import { ERASURE_DAYS } from '../me/erasure.ts';

/** What rows of each table are, for somebody who reads for how long they are kept. */
export const KEPT_WORDS: Record<string, string> = {
  sign_ups: 'inscriptions que personne n’a confirmées : 24 heures',
  sessions: 'connexions : 30 jours sans visite, 90 jours en tout',
  devices: 'navigateurs où vous vous êtes connecté : un an après la dernière fois',
  recoveries: 'demandes d’un nouveau mot de passe : une heure',
  email_changes: 'demandes d’une autre adresse e-mail : 24 heures',
  attempts: 'essais de mots de passe et de codes : une heure au plus',
  idempotency_keys: 'réponses à vos propres demandes, gardées contre les pannes de réseau : un jour',
  invitations: 'invitations à un cours : 30 jours après leur fin',
  former_progress: 'avancement dans des parties retirées d’un cours : un an',
  notifications: 'notifications : six mois',
  forum_edits: 'versions antérieures de ce que vous écrivez dans les discussions : un an',
  threads: 'questions retirées : un an',
  posts: 'réponses retirées : un an',
  reports: 'signalements : un an après la décision',
  unsubscriptions: 'liens de désabonnement : jusqu’à leur fin',
  notices: 'annonces du site : 30 jours après leur fin',
  audit_log: 'journal de ce qui a été fait sur le site, avec l’adresse d’où on l’a fait : un an',
  together_presence: 'qui écrit un cours en même temps que vous : une heure',
};

const privacy = `Ce site garde de vous ce dont il a besoin pour vous montrer des cours, et rien d’autre. Il ne vend et ne transmet rien, n’affiche
aucune publicité et ne fait appel à aucun service extérieur dans ses pages.

## Ce qui est gardé

- votre adresse e-mail, votre nom et une empreinte de votre mot de passe, dont on ne peut pas déduire le mot de passe ;
- les cours que vous suivez ou écrivez, votre avancement, vos notes ;
- ce que vous écrivez dans les discussions, et les fichiers que vous ajoutez ;
- pour les moins de 15 ans, l’adresse du parent qui a donné son accord et la date de cet accord.

## Combien de temps

Le compte et ce qu’il contient sont gardés jusqu’à ce que vous le supprimiez. Le reste disparaît de soi-même :

${KEPT.map(({ table }) => `- ${KEPT_WORDS[table]}`).join('\n')}

## Cookies

Deux cookies, que nul autre site ne lit : l’un dit que vous êtes connecté, l’autre que vous l’avez déjà été dans ce navigateur, pour que personne ne
puisse bloquer votre compte en essayant des mots de passe. Aucun ne sert à vous suivre.

## Vos droits

« Mon compte » vous laisse télécharger tout ce qui est gardé de vous, le corriger, et supprimer le compte : il disparaît après ${ERASURE_DAYS} jours. Ce que vous avez
écrit dans les discussions reste, sans votre nom. Vous pouvez aussi vous adresser à la CNIL.

*À compléter par l’administration du site : responsable du traitement, contact du délégué à la protection des données, hébergeur.*`;

const legal = `*Cette page est à compléter par l’administration du site.* La loi demande qu’elle nomme :

- l’éditeur du site : son nom, son adresse, un moyen de le joindre ;
- le directeur ou la directrice de la publication ;
- l’hébergeur : son nom et son adresse.

Le logiciel de ce site est libre ; les licences de ce qui le compose sont [dans cette liste](/licences.txt).`;

const terms = `- Les cours publiés se lisent sans compte. Pour suivre un cours, le noter ou poser une question, il faut un compte, à votre nom et pour vous
  seul. Les moins de 15 ans ont besoin de l’accord d’un parent.
- Ce que vous écrivez reste à vous ; en le publiant, vous permettez qu’il soit montré à ceux qui peuvent lire le cours.
- N’écrivez rien d’injurieux ni d’illicite, et n’ajoutez aucun fichier dont vous n’avez pas les droits. Chacun peut signaler un message ; les auteurs du
  cours et l’administration peuvent le retirer, et l’administration peut suspendre un compte.
- Les enseignants répondent de leurs cours.

*À compléter par l’administration du site, s’il y a d’autres règles.*`;

const accessibility = `Ce site veut être utilisable par tous. **Sa conformité au RGAA n’a pas été auditée par une personne** : cette page dit ce que des programmes vérifient à
chaque version, et ce qu’ils ne peuvent pas voir.

## Vérifié à chaque version, sur les pages principales

- les règles automatiques des WCAG 2.2, niveaux A et AA, et les bonnes pratiques d’axe, sur téléphone et sur ordinateur ;
- un seul titre principal par page, et un titre de fenêtre qui change avec elle ;
- le clavier : là où l’on a appuyé, on reste, ou l’on arrive à ce qui en est venu ;
- aucune page plus large que l’écran d’un téléphone.

## Ce qu’aucun programme ne voit

- si le texte de remplacement d’une image dit ce qu’elle montre, et si les sous-titres d’une vidéo sont justes : l’éditeur de cours rappelle aux auteurs
  d’en donner ;
- si un lecteur d’écran lit une formule comme on la dirait ; elles sont écrites en MathML ;
- si l’ordre de lecture d’un document PDF est le bon.

## Signaler une difficulté

*À compléter par l’administration du site : une adresse où l’on vous répond.* Sans réponse, vous pouvez saisir le
[Défenseur des droits](https://formulaire.defenseurdesdroits.fr/).`;

/** What each page says until an administrator writes it: what is true of every site by this app, and what they have to add. */
export const SITE_PAGE_TEXTS: Record<SitePageName, string> = {
  'mentions-legales': spaced(legal),
  confidentialite: spaced(privacy),
  conditions: spaced(terms),
  accessibilite: spaced(accessibility),
};

/** No line begins with a sign that French sets apart by a space. */
function spaced(text: string): string {
  return text.replaceAll(/ ([:;?!»])/g, '\u00a0$1').replaceAll('« ', '«\u00a0');
}
