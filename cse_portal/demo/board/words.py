"""Fictional names and plain, non-graphic sentences the demo board is written with."""

import re
from random import Random

GIRLS = (
    "Amelia", "Zara", "Chloe", "Maisie", "Aisha", "Jasmine", "Ellie", "Simran", "Poppy", "Leah", "Naomi", "Freya",
    "Hafsa", "Tilly", "Grace", "Imani", "Keira", "Yasmin", "Rosie", "Paige", "Nadia", "Daisy", "Lucy", "Mariam",
)  # fmt: skip
BOYS = (
    "Jayden", "Callum", "Idris", "Tyler", "Kian", "Reece", "Arjun", "Mason", "Zayn", "Ollie", "Dominik", "Levi",
)  # fmt: skip
FAMILIES = (
    "Ashdown", "Barlow", "Castell", "Dhesi", "Elmore", "Fairley", "Gilroy", "Hadley", "Iqram", "Jessop", "Kendal",
    "Larkin", "Mistral", "Nankervis", "Oakden", "Penrose", "Quilter", "Rowland", "Sandhar", "Tamber", "Underhay",
    "Varley", "Wolstan", "Yarrow", "Zielny", "Bramhall", "Corley", "Denholm", "Everley", "Farrow", "Garside",
    "Hartopp", "Inskip", "Jolley", "Kettley", "Loxdale", "Merrow", "Nettlefold", "Orwin", "Priestley",
)  # fmt: skip
STREETS = (
    "Alder Rise",
    "Beacon Walk",
    "Canal Row",
    "Dock Close",
    "Elm Yard",
    "Foundry Lane",
    "Glass Street",
    "Hatch Road",
)
SCHOOLS = (
    "Beacon Rise Academy",
    "Foundry Lane School",
    "Northfield Gate School",
    "St Wystan's School",
    "Towpath Academy",
)

WORRIES = (
    "She has come to school three times this month in a car driven by an adult that staff do not know. She was tired and would not say where she had slept.",
    "He has two new phones and new trainers that his carer did not buy. He becomes upset when either phone rings and goes outside to answer.",
    "She told her form tutor that an older man she met online has asked for photographs and has offered to collect her from town.",
    "She was missing overnight and was found near the bus station with an older girl whom police know to be at risk.",
    "A youth worker saw him being met by a group of older men outside a takeaway. He left with them and came back two hours later with money.",
    "She has stopped attending and says that a friend's cousin gives her somewhere to stay when things are difficult at home.",
    "Her foster carer found messages from several adults arranging to collect her. She says they are friends who look after her.",
    "She came to the clinic with an adult who answered every question for her and would not leave the room.",
)  # fmt: skip
EVIDENCE = (
    "Seen by two members of staff on different days and written down at the time.",
    "She told her key worker, who recorded her words the same evening.",
    "His carer reported it to the duty worker and gave dates.",
    "In the school attendance record for the last half term.",
    "Noted in the missing-from-home log after the return conversation.",
)
PICTURES = (
    "She is settled at home and trusts her youth worker. Since the autumn an adult she calls “K” has collected her from school. She says she feels stuck. We think he controls her phone. Lifts from school and Sundays with her aunt help. We do not know who K is.",
    "School is where she feels safe, and attendance is better. She still meets older people in town on Fridays and comes home with new things. She has told her mentor that she wants it to stop. Her mother calls us when she is late.",
    "Things are calmer. She sleeps at home, keeps her appointments and has changed her number. Messages from an unknown account worry her. Her sister and the football club help most. We watch weekends.",
    "He is at home most nights and talks to his youth worker. Two older men gave him trainers and a phone, and he is afraid of owing them. School sees him every day. His father comes to meetings and wants help.",
)
NARRATIVES = (
    "There is a pattern of contact with adults who are not known to the family, and she has less say in it than she first described. "
    "She trusts her youth worker and talks openly with her.",
    "He is frightened of letting people down. The gifts and the calls began at the same time. School sees him on most days and he eats there.",
    "Her absences have become longer. She has begun to name the places where she is taken. Her mother wants help and asks for it.",
    "Contact has fallen since her phone was changed. She says that she feels safer at her aunt's. The worry has not gone away.",
)  # fmt: skip
RATIONALES = (
    "The indicators are current and seen by more than one agency; a meeting is needed so that each part of the picture is heard.",
    "Evidence points to targeting by adults. The threshold for a multi-agency response is met.",
    "The worry is real and early help is already working with the family; they will tell us if anything changes.",
    "Nothing in the concern is current, and the school will go on watching. The author agrees.",
)
FEEDBACK = (
    "Thank you for telling us. The case is open and your school will be invited to the first meeting. Keep noting what you see.",
    "Thank you. Early help will contact the family this week. Please log another concern if anything changes.",
    "Thank you for writing this down so carefully. It joins what another agency saw in the same week.",
    "Thank you. We have spoken with the duty social worker, who will call you about what to watch for.",
)
WRONG = "Two agencies have seen the same car since. Both concerns must be read together."
DISCUSSED_BY = (
    "Sandwell Children's Social Care",
    "West Midlands Police, Sandwell",
    "Sandwell Health Commissioning",
)
DISCUSSED = (
    "Evidence of harm now. Social care and police see the child together today, and police secure the phone."
)
ASKED = "Meet them every week at school, listen, and tell us if anybody waits for them outside."
PLAN = "A worker meets them every Tuesday at school and speaks with a parent every other week."
FOUND = "They come to every meeting and have told us whom they are afraid of. The school is glad of the help."
WORSE = "An adult nobody knows now waits outside the school in a car, and they were away for a night."
BETTER = "They are back at football and say that they feel safe. The school goes on watching."
NO_WORKER = "Our youth worker is on long leave, and the family lives outside the area that we cover."
NEWS_OF_DANGER = (
    "The same car was outside the school this morning. Friends say she has been told to come tonight."
)
HANDED_WHY = "The signs are early and the family wants help; no other agency is worried."
HANDED_FEEDBACK = "Thank you. We have asked an agency to help, and you see here what they answer."
VOICES = (
    "I want people to stop asking me in front of everyone.",
    "I like it when Sam comes because she listens first.",
    "I do not want to go back there but I do not know how to say no.",
    "I want to go to school and see my friends without being followed.",
)
THEMES = (
    ("workers", "believed"),
    ("workers",),
    ("safety", "friends"),
    ("school", "friends", "safety"),
)  # of VOICES
WISHES = (
    "That one person asks, and tells the others.",
    "To be asked first who collects me from school.",
    "To stay at my aunt's at weekends.",
)
CHANGES = (
    "One person asks the questions from now on, and tells the others.",
    "The same worker goes on seeing the child, also in the holidays.",
    "Somebody travels along to school until the child says that it is enough.",
    "Nothing yet, because the child asks that the school is not told before the summer.",
)
STRENGTHS = (
    "She rings her aunt when she feels unsafe.",
    "He has been at school on time for three weeks.",
    "Her mother changed her own shifts to be at home in the evening.",
    "She told her key worker where she had been, the same day.",
)
HARMS = (
    "She was taken to a flat by adults and kept there overnight.",
    "He was made to carry parcels and was hurt when he said no.",
    "She was sent messages asking for images over several weeks.",
)
DANGERS = (
    "Social care, police and her mother are worried that adults will collect her from school and keep her overnight, and that she will be hurt.",
    "School and police are worried that he will be threatened again and will feel that he cannot tell anyone.",
    "Health and social care are worried that an adult will use the pictures to make her do things she does not want to do.",
)  # fmt: skip
GOALS = (
    "She gets to and from school with someone she trusts, every day, and knows whom to ring at any hour.",
    "He spends his evenings where adults who care for him know he is, and has one person he can tell.",
    "She has a phone that only people she chooses can reach, and an adult who helps when that fails.",
)
INFORMATION = {
    "csc": (
        "We have seen her four times since the last meeting. She is quieter and has kept two of the appointments we made together.",
        "Her aunt has asked for help at weekends. We visit each week, and she shows us her room and talks.",
        "Two evenings this month she came home late and would not say with whom. She eats well and sleeps badly.",
        "The placement knows the safety plan, and an aunt rings there every evening.",
    ),
    "police": (
        "There have been two calls to the address. Officers have spoken with the family and left a number to ring.",
        "The car that was seen outside her school has been stopped. Its driver has been spoken with.",
        "Nothing new has been reported since the last meeting. The neighbourhood team passes her house each evening.",
        "Officers visited the takeaway that she named, with licensing, and will again.",
    ),
    "health": (
        "She came to the clinic by herself and asked for advice. Nothing in her health needs treatment today.",
        "She has kept three appointments of four, and rang herself to change the other.",
        "The school nurse sees her each fortnight. She says that she sleeps badly on Fridays.",
        "Both appointments with the doctor were kept. There is a place with the emotional health team from January.",
    ),
    "education": (
        "Attendance was 82 per cent this half term. Staff meet her at the gate and she eats with the breakfast club.",
        "Back in lessons after two weeks away, and sitting with old friends.",
        "Staff saw a phone they did not know. She gave it to the office herself during lessons.",
        "She has joined the drama club and stays until five on Wednesdays.",
    ),
}
OTHERS_KNOW = (
    "We have met her four times. She chooses the place, comes on time and brings a friend.",
    "She came to two sessions of six. Her worker rings her the day before each.",
    "She spoke of the people she meets after school, and knows whom to ring if she is frightened.",
    "Friends come along to the sessions. Home is said to be calmer than in summer.",
)
ACTIONS = {
    "PREVENT": (
        "Offer the healthy relationships sessions at her school",
        "Brief the licensing team about the takeaway that was named",
        "Give the carer the leaflet on phones and online safety, and go through it together",
    ),
    "PROTECT": (
        "Agree a route and someone to walk with for the journey to school",
        "Update the plan for when she is missing and send it to police and placement",
        "Find a youth worker whom she would like to meet",
    ),
    "PURSUE": (
        "Submit what was said about the vehicle as intelligence",
        "Visit the address that was named and record what is seen",
    ),
    "PROSECUTE": (
        "Consider a Child Abduction Warning Notice for the adult who was named",
        "Ask the investigation lead about special measures and tell her what they are",
    ),
}
DECLINED = "The worker who would do it is away until January. The youth team in Tipton has room now."
OUTCOMES = (
    "Done with the family present.",
    "Visited and recorded; the licensing team follows it up.",
    "Three sessions held.",
)
EFFECTS = (
    "She says that the mornings are easier.",
    "He is no longer collected from that place.",
    "She asked for a fourth session and brought a friend.",
    "He rang the number by himself for the first time.",
)
FACTS = (
    "A silver hatchback waits near the school gate at about 3:20pm on Thursdays.",
    "An adult known as Kez gives lifts to young people from the bus station.",
    "The rooms above a shop on Glass Street are used by young people late in the evening.",
    "A phone ending 142 rings her most evenings and she leaves the house soon after.",
    "An account that calls itself nightlift offers young people lifts and a place to stay.",
    "Two young people were seen getting into the same car on Foundry Lane on Saturday at about 10pm.",
)
SAFER = (
    "The family and every agency agree that she is safer. She has been at school for a full term and has someone to ring.",
    "The family and every agency agree that he is safer. He has been at school for a full term and has someone to ring.",
)
MOVED = (
    "She has moved to live with her aunt in another area; that authority has written to say that it has taken over.",
    "He has moved to live with his aunt in another area; that authority has written to say that it has taken over.",
)

_OF_A_GIRL = re.compile(r"\b(she|her|hers|herself)\b", re.IGNORECASE)
_OF_A_BOY = re.compile(r"\b(he|him|his|himself)\b", re.IGNORECASE)


def about(random: Random, sentences: tuple[str, ...], *, is_boy: bool) -> str:
    """One of the sentences that may be said of this child: of a girl, of a boy, or of anybody."""
    other = _OF_A_GIRL if is_boy else _OF_A_BOY
    return random.choice([sentence for sentence in sentences if not other.search(sentence)])


def known_to(agency: str) -> tuple[str, ...]:
    """What people of this agency tell a meeting."""
    return INFORMATION.get(agency, OTHERS_KNOW)
