/** Words that make people and courses to believe in; all of it is invented. */
export const FIRST_NAMES =
  'Adèle Ali Amina Antoine Awa Baptiste Camille Chloé Clara Côme Diane Elias Emma Farid Gaëlle Hugo Inès Jade Jules Karim Lana Léo Lina Louis Lucie Maël Malik Manon Margaux Maya Mehdi Nina Noé Nora Oscar Paul Rania Raphaël Rose Sacha Salomé Samir Sarah Théo Tom Victor Yanis Yasmine Zélie Zoé'.split(
    ' ',
  );
export const LAST_NAMES =
  'Aubert Barbier Benali Bernard Blanc Bonnet Boyer Carpentier Chevalier Cissé Da-Silva Diallo Dubois Dupont Durand Faure Fontaine Fournier Garnier Gauthier Girard Guérin Haddad Henry Joly Kaya Keller Klein Lambert Laurent Leclerc Lefèvre Legrand Leroux Marchand Martin Masson Mercier Meyer Moreau Morel Muller Ndiaye Nguyen Perrin Petit Renaud Rey Robin Roche Rousseau Roux Schmitt Simon Traoré Vidal Weber Zimmermann'.split(
    ' ',
  );

/** Subjects, each with what its courses are about. */
export const SUBJECTS: Record<string, string[]> = {
  Mathématiques: [
    'Suites et séries',
    'Algèbre linéaire',
    'Probabilités',
    'Intégration',
    'Arithmétique',
    'Topologie',
    'Équations différentielles',
  ],
  Informatique: [
    'Programmation',
    'Bases de données',
    'Réseaux',
    'Systèmes d’exploitation',
    'Algorithmique',
    'Sécurité',
    'Compilation',
  ],
  Physique: [
    'Mécanique',
    'Thermodynamique',
    'Optique',
    'Électromagnétisme',
    'Physique quantique',
    'Acoustique',
  ],
  Biologie: ['Génétique', 'Écologie', 'Physiologie', 'Biologie cellulaire', 'Évolution', 'Immunologie'],
  Histoire: [
    'Antiquité romaine',
    'Moyen Âge',
    'Révolution française',
    'Histoire de l’Europe',
    'Décolonisation',
    'Histoire des sciences',
  ],
  Économie: [
    'Microéconomie',
    'Monnaie et finance',
    'Économie publique',
    'Commerce international',
    'Comptabilité',
  ],
  Langues: ['Anglais scientifique', 'Allemand', 'Espagnol', 'Latin', 'Linguistique'],
  Chimie: ['Chimie organique', 'Cinétique', 'Équilibres', 'Spectroscopie', 'Électrochimie'],
};
export const LEVELS = [
  'Seconde',
  'Première',
  'Terminale',
  'BTS',
  'Licence 1',
  'Licence 2',
  'Licence 3',
  'Master 1',
];
export const FORMS = [
  'cours complet',
  'travaux dirigés',
  'les bases',
  'approfondissement',
  'préparation à l’examen',
  'séances du semestre',
];
export const STEPS = [
  'Pourquoi cette notion ?',
  'Définitions',
  'Premiers exemples',
  'Propriétés',
  'Méthode',
  'Exercices guidés',
  'Pour aller plus loin',
  'Ce qu’il faut retenir',
];
export const SENTENCES = [
  'On commence par un exemple que chacun a déjà rencontré, avant de poser le moindre mot savant.',
  'La définition paraît longue ; elle dit pourtant une seule chose, que la figure rend évidente.',
  'Prenez le temps de refaire ce calcul sans regarder la page : c’est là que l’on comprend.',
  'Une erreur fréquente consiste à oublier l’hypothèse ; cherchez où elle sert dans la démonstration.',
  'Ce résultat reviendra au chapitre suivant, sous une forme plus générale.',
  'Comparez votre réponse avec celle d’un camarade : si elles diffèrent, l’une des deux est fausse.',
  'L’expérience se fait en dix minutes avec ce que l’on trouve dans une cuisine.',
  'Notez les unités à chaque ligne ; elles trahissent les fautes bien avant la fin.',
  'Le document joint donne les sources et la correction détaillée.',
  'Il n’est pas nécessaire de tout retenir, mais il faut savoir retrouver.',
];
export const QUESTIONS = [
  'Je ne comprends pas la deuxième ligne',
  'Erreur dans l’exercice 3 ?',
  'Faut-il connaître la démonstration ?',
  'Une autre méthode possible ?',
  'Où trouver la correction ?',
];
export const ANSWERS = [
  'Regarde l’exemple juste avant, c’est le même calcul.',
  'Oui, il manquait un signe ; c’est corrigé, merci !',
  'Non, seulement l’énoncé et savoir l’appliquer.',
  'Les deux méthodes donnent le même résultat.',
  'Dans le fichier joint, page 4.',
];
