#include "services/notes/persons_words.h"

#include <unordered_set>

namespace quadrille::notes::words {
namespace {

using Table = std::unordered_set<std::string_view>;

// Frequent first names of people who live in France, of every origin, women and men: the rule protects all alike.
// Drawn up by hand; the measure of docs/notes.md uses names that are not all in it.
const Table& first_names() {
  static const Table table{
      "aaron",     "abdallah",   "abdel",      "abdelkader", "abdou",      "abdoulaye", "adam",      "adel",
      "adele",     "adem",       "adil",       "adrien",     "agathe",     "agnes",     "ahmed",     "aicha",
      "aissa",     "aissatou",   "alain",      "alassane",   "albert",     "alessio",   "alexandra", "alexandre",
      "alexis",    "alfred",     "ali",        "alicia",     "aliou",      "alioune",   "alix",      "amadou",
      "amandine",  "amar",       "amelie",     "amina",      "aminata",    "amine",     "amir",      "anais",
      "andrea",    "andrei",     "angelique",  "angelo",     "anissa",     "anita",     "anna",      "anne",
      "annie",     "anthony",    "antoine",    "antonio",    "armand",     "arnaud",    "arthur",    "assa",
      "astou",     "aurelie",    "aurelien",   "axel",       "aya",        "aymeric",   "ayoub",     "aziz",
      "babacar",   "baptiste",   "bachir",     "bakary",     "barbara",    "bastien",   "beatrice",  "benjamin",
      "benoit",    "bernadette", "bernard",    "bertrand",   "bilal",      "binta",     "boris",     "boubacar",
      "brahim",    "brandon",    "brian",      "brice",      "brigitte",   "bruno",     "bryan",     "camille",
      "carine",    "carla",      "carlos",     "carole",     "caroline",   "catherine", "cecile",    "cedric",
      "celia",     "celine",     "chantal",    "charlene",   "charles",    "cheikh",    "chloe",     "christelle",
      "christian", "christine",  "christophe", "cindy",      "claire",     "clara",     "clarisse",  "claude",
      "claudine",  "clement",    "clotilde",   "corentin",   "corinne",    "cristina",  "cyril",     "dalila",
      "damien",    "daniel",     "danielle",   "david",      "deborah",    "delphine",  "demba",     "denis",
      "denise",    "diane",      "diego",      "dimitri",    "djamel",     "djamila",   "djibril",   "dominique",
      "donia",     "dorian",     "dylan",      "edouard",    "eliott",     "elisa",     "elise",     "elodie",
      "elsa",      "emilie",     "emma",       "emmanuel",   "emmanuelle", "enzo",      "eric",      "erwan",
      "esteban",   "estelle",    "ethan",      "etienne",    "eugene",     "eva",       "fabien",    "fabienne",
      "fabrice",   "fanny",      "fares",      "farid",      "farida",     "farouk",    "fatiha",    "fatima",
      "fatou",     "fatoumata",  "faycal",     "felix",      "ferdinand",  "fernand",   "fernando",  "filipe",
      "flavien",   "florent",    "florian",    "fouad",      "francine",   "francis",   "francisco", "franck",
      "francois",  "francoise",  "frederic",   "gabin",      "gabriel",    "gaetan",    "gael",      "gaspard",
      "gaston",    "genevieve",  "geoffrey",   "georges",    "gerald",     "gerard",    "germain",   "ghislaine",
      "gilbert",   "ginette",    "giovanni",   "giuseppe",   "gregory",    "guillaume", "gustave",   "habib",
      "hadrien",   "hafid",      "hakim",      "halima",     "hamid",      "hamza",     "hannah",    "hans",
      "hasna",     "hassan",     "hatem",      "helene",     "henri",      "henriette", "herve",     "hicham",
      "houria",    "hubert",     "hugo",       "ibrahim",    "ibrahima",   "idriss",    "ilyes",     "ilies",
      "imane",     "ines",       "ingrid",     "ionut",      "irene",      "isabelle",  "ismael",    "issa",
      "ivan",      "jacqueline", "jacques",    "jamal",      "jamila",     "jeanne",    "jean",      "jennifer",
      "jeremie",   "jeremy",     "jerome",     "jessica",    "joel",       "joelle",    "johan",     "johanna",
      "john",      "jonathan",   "jordan",     "jose",       "joseph",     "josiane",   "joao",      "juan",
      "julian",    "julie",      "julien",     "juliette",   "justine",    "kader",     "kaled",     "kamel",
      "karen",     "karim",      "karima",     "karine",     "kelly",      "kenza",     "kevin",     "khadija",
      "khaled",    "khalid",     "killian",    "laetitia",   "lahcen",     "laila",     "lamine",    "larbi",
      "laura",     "laure",      "laurence",   "laurent",    "lea",        "leila",     "lena",      "leo",
      "leon",      "leonie",     "liam",       "lilou",      "lina",       "linda",     "lionel",    "loic",
      "lorenzo",   "louis",      "louise",     "luca",       "lucas",      "lucie",     "lucien",    "ludovic",
      "luis",      "lydia",      "madeleine",  "mael",       "maelys",     "magali",    "mahamadou", "malik",
      "malika",    "mamadou",    "manon",      "manuel",     "marcel",     "marco",     "marcus",    "margaux",
      "margot",    "maria",      "mariam",     "marie",      "marion",     "marius",    "martine",   "marwan",
      "maryse",    "mateo",      "matheo",     "mathieu",    "mathilde",   "mathis",    "matteo",    "matthieu",
      "maurice",   "max",        "maxence",    "maxime",     "mehdi",      "melanie",   "melissa",   "mercedes",
      "mickael",   "michael",    "michel",     "michele",    "michelle",   "mihai",     "miguel",    "mireille",
      "mohamed",   "mohammed",   "mohammad",   "moise",      "momo",       "monique",   "morgane",   "mouhamed",
      "mourad",    "moussa",     "moustapha",  "mustapha",   "myriam",     "nabil",     "nacer",     "nadege",
      "nadia",     "nadine",     "naima",      "nasser",     "natacha",    "nathalie",  "nathan",    "nawel",
      "nelly",     "nicolas",    "nicole",     "nina",       "noah",       "noam",      "noemie",    "nora",
      "norbert",   "nordine",    "nour",       "octave",     "odette",     "odile",     "olga",      "oliver",
      "olivier",   "omar",       "oscar",      "othman",     "oumar",      "oumou",     "ousmane",   "oussama",
      "pablo",     "paola",      "pascal",     "pascale",    "patrice",    "patricia",  "patrick",   "paulette",
      "pauline",   "paulo",      "pedro",      "perrine",    "philippe",   "pierrick",  "quentin",   "rachel",
      "rachid",    "rachida",    "rafael",     "ramdane",    "ramzi",      "raoul",     "raphael",   "rayan",
      "raymond",   "rebecca",    "redouane",   "regine",     "remi",       "remy",      "renaud",    "rene",
      "renee",     "ricardo",    "richard",    "rida",       "robert",     "robin",     "rodrigo",   "roger",
      "roland",    "romain",     "romane",     "romeo",      "ronan",      "ruben",     "sabrina",   "sacha",
      "safia",     "said",       "saida",      "salah",      "salem",      "salif",     "salima",    "salma",
      "salome",    "samia",      "samir",      "samira",     "samuel",     "sandra",    "sandrine",  "sara",
      "sarah",     "sebastien",  "seydou",     "serge",      "sergio",     "severine",  "simon",     "simone",
      "sofia",     "sofiane",    "solene",     "sonia",      "sophie",     "soraya",    "soufiane",  "souleymane",
      "stefan",    "stephane",   "stephanie",  "steven",     "suzanne",    "sylvain",   "sylvie",    "tarek",
      "tariq",     "teddy",      "theo",       "therese",    "thibault",   "thibaut",   "thierry",   "thomas",
      "tiago",     "timothee",   "tom",        "tony",       "tristan",    "ugo",       "ulysse",    "valentin",
      "valerie",   "vanessa",    "veronique",  "victor",     "victoria",   "vincent",   "virginie",  "vladimir",
      "walid",     "wassim",     "wesley",     "william",    "xavier",     "yacine",    "yanis",     "yann",
      "yannick",   "yasmine",    "yassin",     "yassine",    "yazid",      "yohan",     "yolande",   "youcef",
      "younes",    "youssef",    "yusuf",      "yvan",       "yves",       "yvette",    "yvonne",    "zahra",
      "zakaria",   "zineb",      "ziad",       "zohra",      "zoe"};
  return table;
}

const Table& ambiguous_first_names() {
  static const Table table{
      "ange",     "aime",    "alma",     "ambre",     "aurore",   "avril",    "blanche",   "blandine",  "bonnie",
      "capucine", "cerise",  "charlie",  "charlotte", "clemence", "constant", "constance", "desire",    "eve",
      "fabio",    "fidele",  "fleur",    "flore",     "florence", "france",   "franc",     "gilles",    "grace",
      "guy",      "honore",  "iris",     "jade",      "jasmin",   "juste",    "justin",    "lou",       "luc",
      "lucky",    "marc",    "marin",    "marina",    "marine",   "mars",     "martin",    "maya",      "modeste",
      "mona",     "noel",    "noelle",   "olive",     "ophelie",  "paul",     "paule",     "perle",     "pierre",
      "placide",  "prosper", "prudence", "rose",      "ruby",     "sami",     "solange",   "sylvestre", "toussaint",
      "tanguy",   "toni",    "victoire", "violette",  "zara",     "regis",    "ludivine"};
  return table;
}

const Table& titles() {
  static const Table table{"m",         "mr",     "mm", "mme",     "mmes", "mlle", "monsieur", "madame", "mademoiselle",
                           "messieurs", "maitre", "dr", "docteur", "mrs",  "sieur"};
  return table;
}

const Table& named_places() {
  static const Table table{
      "rue",      "avenue",  "av",          "ave",          "boulevard",  "bd",       "bld",
      "place",    "pl",      "square",      "cours",        "allee",      "allees",   "impasse",
      "chemin",   "quai",    "quais",       "pont",         "port",       "passage",  "traverse",
      "montee",   "villa",   "residence",   "cite",         "tour",       "lycee",    "college",
      "ecole",    "groupe",  "maternelle",  "stade",        "parc",       "jardin",   "jardins",
      "gymnase",  "hopital", "clinique",    "eglise",       "metro",      "station",  "arret",
      "gare",     "parking", "route",       "esplanade",    "promenade",  "rond",     "carrefour",
      "quartier", "secteur", "faubourg",    "fbg",          "hameau",     "foyer",    "mosquee",
      "theatre",  "cinema",  "mediatheque", "bibliotheque", "piscine",    "complexe", "espace",
      "salle",    "halle",   "halles",      "marche",       "pharmacie",  "centre",   "clos",
      "domaine",  "sente",   "venelle",     "ruelle",       "voie",       "viaduc",   "tunnel",
      "fort",     "plage",   "anse",        "cap",          "mont",       "ile",      "presquile",
      "bassin",   "mole",    "digue",       "porte",        "poterne",    "maison",   "arrondissement",
      "commune",  "ville",   "basilique",   "chapelle",     "cathedrale", "creche",   "dispensaire",
      "lieudit",  "street",  "road",        "school",       "park",       "estate",   "tower",
      "bridge",   "harbour"};
  return table;
}

const Table& parts_of_places() {
  static const Table table{"hall",    "halls",    "porte",   "bat",     "batiment",    "batiments", "bt",    "bloc",
                           "ilot",    "escalier", "esc",     "etage",   "entree",      "cage",      "tour",  "zone",
                           "ligne",   "bus",      "tram",    "tramway", "metro",       "sortie",    "acces", "quai",
                           "parking", "niveau",   "rer",     "numero",  "appartement", "appt",      "apt",   "local",
                           "cote",    "lot",      "terrain", "box"};
  return table;
}

const Table& links() {
  static const Table table{"de", "du", "des", "d", "la", "le", "les", "l", "et", "a", "au", "aux", "en", "sur", "sous"};
  return table;
}

const Table& saints() {
  static const Table table{"saint",      "sainte",    "st",         "ste",   "saints",  "general",
                           "marechal",   "president", "docteur",    "abbe",  "colonel", "amiral",
                           "commandant", "capitaine", "professeur", "mere",  "pere",    "notre",
                           "san",        "santa",     "baron",      "comte", "duc",     "roi"};
  return table;
}

const Table& roles() {
  static const Table table{
      "guetteur",     "guetteuse", "guetteurs",    "vendeur",    "vendeuse",    "vendeurs",    "revendeur",
      "revendeuse",   "gerant",    "gerante",      "chouf",      "choufs",      "charbonneur", "rabatteur",
      "nourrice",     "livreur",   "dealer",       "dealeur",    "individu",    "homme",       "femme",
      "jeune",        "mineur",    "mineure",      "suspect",    "frere",       "soeur",       "fils",
      "fille",        "mere",      "pere",         "cousin",     "cousine",     "oncle",       "epoux",
      "epouse",       "mari",      "compagne",     "compagnon",  "copain",      "copine",      "ami",
      "amie",         "chef",      "patron",       "patronne",   "boss",        "lieutenant",  "trafiquant",
      "ravitailleur", "locataire", "proprietaire", "conducteur", "conductrice", "chez",        "neveu",
      "beau",         "famille",   "famillle",     "clan",       "bande"};
  return table;
}

const Table& nickname_words() {
  static const Table table{"surnomme", "surnommee",  "surnommes", "surnom", "alias", "sobriquet",
                           "pseudo",   "pseudonyme", "blaze",     "blase",  "aka",   "dit-le"};
  return table;
}

const Table& name_words() {
  static const Table table{"nomme",   "nommee",    "nommes",     "denomme", "denommee", "prenomme", "prenommee",
                           "certain", "certaine",  "prenom",     "nom",     "appele",   "appelee",  "appelle",
                           "appeler", "identifie", "identifiee", "reconnu", "reconnue", "named",    "called"};
  return table;
}

const Table& deeds() {
  static const Table table{"vend",      "revend",  "guette",     "deale",    "dirige", "gere",          "recrute",
                           "stocke",    "fournit", "conduit",    "habite",   "loge",   "approvisionne", "encaisse",
                           "surveille", "livre",   "ravitaille", "rackette", "menace", "roule",         "tient",
                           "coupe",     "cache",   "ramene",     "sells",    "drives", "lives"};
  return table;
}

const Table& capital_words() {
  static const Table table{
      "lidl",        "carrefour", "auchan",    "leclerc",   "casino",     "monoprix",   "aldi",      "franprix",
      "intermarche", "uber",      "eats",      "deliveroo", "action",     "ikea",       "decathlon", "mcdonald",
      "mcdo",        "kfc",       "quick",     "tabac",     "total",      "netto",      "spar",      "renault",
      "peugeot",     "citroen",   "audi",      "bmw",       "mercedes",   "volkswagen", "golf",      "clio",
      "megane",      "twingo",    "yamaha",    "tmax",      "honda",      "piaggio",    "kymco",     "fiat",
      "seat",        "toyota",    "nissan",    "ford",      "opel",       "snapchat",   "snap",      "telegram",
      "whatsapp",    "signal",    "instagram", "tiktok",    "facebook",   "internet",   "cannabis",  "cocaine",
      "heroine",     "crack",     "resine",    "herbe",     "ecstasy",    "mdma",       "shit",      "lundi",
      "mardi",       "mercredi",  "jeudi",     "vendredi",  "samedi",     "dimanche",   "noel",      "paques",
      "janvier",     "fevrier",   "mars",      "avril",     "mai",        "juin",       "juillet",   "aout",
      "septembre",   "octobre",   "novembre",  "decembre",  "ramadan",    "francais",   "francaise", "police",
      "gendarmerie", "douane",    "douanes",   "parquet",   "prefecture", "mairie",     "etat",      "bac",
      "crs",         "psig",      "csi",       "sncf",      "ratp",       "rtm",        "tcl",       "hlm",
      "opac",        "caf",       "poste",     "samu",      "pompiers",   "europe",     "france",    "nord",
      "sud",         "est",       "ouest",     "centre",    "republique", "liberte",    "egalite",   "gare",
      "stups",       "vente",     "point",     "deal",      "nike",       "adidas",     "lacoste",   "tn",
      "puma",        "decathlon", "amazon",    "vinted",    "bolt",       "lime",       "dott"};
  return table;
}

const Table& plate_words() {
  static const Table table{"immatricule", "immatriculee", "immatriculation", "immat", "plaque", "plaques", "plate"};
  return table;
}

const Table& networks() {
  static const Table table{"snap",     "snapchat", "insta", "instagram", "telegram", "tiktok",
                           "whatsapp", "facebook", "fb",    "twitter",   "signal",   "compte"};
  return table;
}

const Table& units() {
  static const Table table{"kg",  "gr",  "mg", "cm",  "km",  "mn",  "bd",  "bld", "av",  "ave", "ch",  "pl",  "sq",
                           "all", "res", "bt", "bat", "esc", "etg", "apt", "app", "crs", "bac", "rdc", "psg", "bmw",
                           "hb",  "vp",  "vl", "pm",  "pn",  "gn",  "tn",  "sms", "tt",  "le",  "la",  "de",  "dm"};
  return table;
}

}  // namespace

bool is_first_name(std::string_view word) { return first_names().contains(word); }
bool is_ambiguous_first_name(std::string_view word) { return ambiguous_first_names().contains(word); }
bool is_title(std::string_view word) { return titles().contains(word); }
bool is_named_place(std::string_view word) { return named_places().contains(word); }
bool is_part_of_place(std::string_view word) { return parts_of_places().contains(word); }
bool is_link(std::string_view word) { return links().contains(word); }
bool is_saint(std::string_view word) { return saints().contains(word); }
bool is_role(std::string_view word) { return roles().contains(word); }
bool announces_nickname(std::string_view word) { return nickname_words().contains(word); }
bool announces_name(std::string_view word) { return name_words().contains(word); }
bool is_deed(std::string_view word) { return deeds().contains(word); }
bool is_capital_word(std::string_view word) { return capital_words().contains(word); }
bool announces_plate(std::string_view word) { return plate_words().contains(word); }
bool is_network(std::string_view word) { return networks().contains(word); }
bool is_unit_or_part(std::string_view word) { return units().contains(word); }

}  // namespace quadrille::notes::words
