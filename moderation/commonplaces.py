"""The words that every question has, so that those remain which say what it is about (PURE).

All are in the plain form of :mod:`moderation.plain`. A word of one language that names a thing in another is left out.
Each stands once, under the language that has it first.
"""


def _each(line: str) -> frozenset[str]:
    return frozenset(line.split())


EMPTY = _each(
    # English
    "a an the is are was were be been being am do does did done doing has have had having will would shall "
    "should can could may might must of in on at to for from with by as into onto about against and or but if "
    "so than then that this these those it its i you he she we they me him her my your our their us them there "
    "here s t re ve ll d m not no yes just really very also too please hi hello thanks thank still actually "
    "exactly eventually already again afterwards after before later when while during because though however "
    "someone somebody anyone anybody people don didn doesn isn aren wasn weren won wouldn couldn shouldn hasn "
    "haven hadn "
    # German
    "der die das den dem des ein eine einen einem einer eines ist sind war waren wird werden wurde wurden "
    "worden bin bist sei hat habe haben habt hatte hatten kann kannst konnen konnt konnte konnten muss mussen "
    "soll sollte sollen man ich du er sie es wir ihr mir dir uns euch ihnen mein dein sein unser unsere euer "
    "eure im zum zur von vom mit bei beim fur auf aus und oder aber wenn dass als auch noch nicht kein keine "
    "eigentlich bitte danke spater danach schon denn mal etwas dazu dann hier dort da uber unter vor nach bis "
    "durch etwa jemand "
    # Spanish
    "el la los las un una unos unas son era fue fueron ser va van vas voy esta este esto estos estas estan "
    "estar hay ha han podria podrian podriamos puede pueden puedo podemos de del al en con por para y o u pero "
    "si se su sus lo le les mi tu nos muy ya mas tambien favor gracias despues luego aqui sobre entre "
    # French
    "l est sont etait et ou je il elle nous vous ils elles ce cet cette ces c j n qu ne pas aux au dans pour "
    "par sur avec mon ton votre vos notre leur leurs peut peux puis pouvez pouvons plus aussi bien merci apres "
    "ici "
    # Italian and Portuguese
    "gli uno di per tra fra e ed ma non ti ci vi sono siamo sia hai hanno puo possiamo anche ancora dopo "
    "grazie os um uma umas dos na nas ao com em sao foi tem podem pode eu voce voces ele ela eles obrigado "
    "depois "
    # Russian
    "и в во на с со по к ко у о об от до для из за не ни ли же бы а но или если то так это этот эта эти мы вы "
    "я ты он она они оно их его ее нас вас нам вам мне ваш ваша вашей ваше ваши наш есть был была было были "
    "быть будет будут можно можете можем нужно еще уже потом очень тоже пожалуйста спасибо "
    # Arabic, with and without the hamza
    "هل هو هي هم نحن انا أنا انت أنت في من على عن الى إلى ما لا لم لن لو يتم تم ان أن إن كان كانت يكون تكون "
    "سيكون هذا هذه ذلك تلك مع او أو و ثم قد يمكن يمكنني يمكننا اثناء أثناء بعد قبل ايضا أيضا جدا فضلك شكرا "
)
"""They join, point and help."""

ASKING = _each(
    # English
    "what which who whom whose where why how get gets got getting use uses used using make makes made need "
    "needs want know think say tell explain best good better great way ways difference between vs versus work "
    "works worked working many much more most some any one find finding choose chosen choosing pick picking "
    "select mean means happen happens g deal like other another different possible usable share shared sharing "
    "give given "
    # German
    "wie warum wieso weshalb wofur wozu wo wer wen wem wann welche welcher welches welchen gibt geben benutzt "
    "benutzen nutzt verwendet verwenden wahlt wahle wahlen gut gute besser beste unterschied zwischen viel "
    "viele mehr finden finde findet macht machen geht lauft heisst bedeutet erklaren "
    # Spanish, Italian and Portuguese
    "que como cual cuales donde cuando quien quienes cuanto cuanta cuantos cuantas usar usan usa uso elige "
    "elegir encontrar mejor diferencia hacer funciona cosa che come dove quando perche quale quali quanto "
    "quanti chi qual quais onde quem quantos porque "
    # French
    "comment pourquoi quel quelle quels quelles quand combien qui quoi choisir choisit trouver trouve utiliser "
    "utilise utilisez mieux meilleur meilleure faire marche "
    # Russian
    "что как почему зачем какой какая какое какие где когда кто сколько чем лучше использовать выбрать "
    "правильно "
    # Arabic
    "كيف لماذا ماذا متى أين اين كم نختار اختيار أجد اجد العثور الفرق بين أفضل افضل "
    # Korean
    "왜 어떻게 무엇 무엇인가요 어떤 언제 어디 얼마나 "
)
"""They ask, or name what can be asked of anything."""

FIELD = _each(
    "model models modell modelle modelo modelos modele модель модели النموذج نموذج data dataset datasets daten "
    "datos donnees данные البيانات train trained training learn learns learning machine deep neural network "
    "networks ai ml project paper method function system "
)
"""They are in every other question of this field."""

EMPTY_HAN = (
    "请问|这个|那个|你们|我们|他们|应该|可以|能否|能不能|有没有"
    "|的|了|吗|呢|啊|吧|是|会|你|我|您|有|被|在|和|与|或|也|还|都"
)
ASKING_HAN = "为什么|什么|如何|怎么|怎样|哪些|哪个|哪里|多少|多|几|选择|使用|用|何故|何|誰|方法"
"""For use in expressions: Chinese is cut at these. Japanese needs few, for its hiragana are left out anyway."""
